import { attribute, type Owner } from "./layout";

/** Somebody's picture, when it is at an address of this server; else their initials. The name stands beside it. */
export function Avatar({ owner: { name, image }, large }: { owner: Owner; large?: boolean }) {
  const shape = large ? "avatar large" : "avatar";
  if (image?.startsWith("/")) return <img class={shape} src={attribute(image)} alt="" width="64" height="64" />;
  return (
    <span class={shape} aria-hidden="true" safe>
      {initialsOf(name)}
    </span>
  );
}

/** The first letter of the first name and of the last one, in whatever letters they are written. */
function initialsOf(name: string): string {
  const names = name.split(/\s+/).filter((part) => part !== "");
  const first = names[0] ?? "";
  const last = names.length > 1 ? (names.at(-1) ?? "") : "";
  return [first, last].map(firstLetter).join("").toUpperCase();
}

/** What a person takes for one letter may be several characters, as most emoji are; a bracket is none. */
export const firstLetter = (text: string) =>
  letters.segment(text.replace(/^[^\p{L}\p{N}\p{RI}\p{Extended_Pictographic}]+/u, "")).containing(0)?.segment ?? "";
const letters = new Intl.Segmenter();

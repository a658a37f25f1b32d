import type { PageContext } from "./layout";

/**
 * A sentence around something that a person wrote: that stands out, and its direction of writing changes nothing
 * around it.
 */
export function Sentence({ around: value, words }: { around: string; words: (value: string) => string }) {
  const [before = "", after = ""] = words(gap).split(gap);
  return (
    <>
      <span safe>{before}</span>
      <b>
        <bdi>
          <Breaking text={value} />
        </bdi>
      </b>
      <span safe>{after}</span>
    </>
  );
}

const gap = "\uFFFC"; // the object replacement character, which no sentence has

/** What stands between two facts: it may end a line, and begins none. */
export const dot = "\u00A0· ";

/**
 * What a person wrote, such as an email address, at the beginning of its line: where that is longer than the line, the
 * next one begins with an `@` or a dot, and not with the last letter of a word.
 */
export function Written({ text }: { text: string }) {
  return (
    <bdi>
      <Pieces text={text} />
    </bdi>
  );
}

/** The same within a sentence, where what is short goes to the next line as a whole. */
export function Breaking({ text }: { text: string }) {
  return (
    <>{text.split(/(\S{25,})/).map((part, at) => (at % 2 === 1 ? <Pieces text={part} /> : <span safe>{part}</span>))}</>
  );
}

function Pieces({ text }: { text: string }) {
  const [first = "", ...others] = text.split(/(?=[@.][\p{L}\p{N}])/u);
  return (
    <>
      <span safe>{first}</span>
      {others.map((part) => (
        <>
          <wbr />
          <span safe>{part}</span>
        </>
      ))}
    </>
  );
}

/** A text of several lines, as somebody wrote it. */
export function Lines({ text }: { text: string }) {
  const [first = "", ...others] = text.split(/\r?\n/);
  return (
    <bdi>
      <span safe>{first}</span>
      {others.map((line) => (
        <>
          <br />
          <span safe>{line}</span>
        </>
      ))}
    </bdi>
  );
}

/** What people sign in to: "to continue to docs.example.com"; undefined when that is this server itself. */
export function continuing({ words, origin }: PageContext, returnTo: string | undefined): JSX.Element | undefined {
  const target = returnTo === undefined ? null : URL.parse(returnTo); // a path of this server is no address by itself
  if (target === null || target.origin === origin) return undefined;
  return <Sentence around={target.host} words={words.common.continueTo} />;
}

import { parse, type HTMLElement } from "node-html-parser";

/** What a visitor got: the answer, and its page as a tree. */
export interface Got {
  status: number;
  headers: Headers;
  text: string;
  page: HTMLElement;
  /** Where the answer sends the browser, by redirect or through htmx. */
  location: string | null;
}

/**
 * What a visitor makes of an answer. The tree is made for whoever looks at it: most look at the status alone.
 * Throws for a page that gives the focus to two fields, or whose title does not tell what its forms do: none may.
 */
export function gotOf({ status, headers }: Response, text: string): Got {
  if (focused(text) > 1) throw new Error("Two fields of this page would have the focus.");
  if (isWrong(text) !== saysSoFirst(text))
    throw new Error(`The title does not tell whether something is wrong: ${/<title>[^<]*/.exec(text)?.[0]}`);
  let page: HTMLElement | undefined;
  return {
    status,
    headers,
    text,
    location: headers.get("location") ?? headers.get("hx-redirect"),
    get page() {
      return (page ??= parse(text));
    },
  };
}

const focused = (text: string) =>
  text.replaceAll(/"[^"]*"/g, '""').match(/<[a-z][^<>]*\sautofocus(?=[\s>])/g)?.length ?? 0;

/** By the same signs as the script of the pages, which sees to the title where a form alone is replaced. */
const isWrong = (text: string) =>
  /<title>/.test(text) && / aria-invalid="true"|<p class="alert" role=/.test(/<main .*<\/main>/s.exec(text)?.[0] ?? "");

const saysSoFirst = (text: string) => {
  const error = /<body data-error="([^"]*)"/.exec(text)?.[1];
  return error !== undefined && text.includes(`<title>${error} `);
};

/** Throws where a form that comes again has lost what was typed: all of it but passwords and codes is there again. */
export function requireTyped({ page }: Got, typed: Record<string, string>): void {
  for (const [name, text] of Object.entries(typed)) {
    const fields = page.querySelectorAll(`form :is(input, textarea)[name="${name}"]`);
    const shown = fields.filter((field) => !unseen.has(field.getAttribute("type") ?? ""));
    if (secretNames.has(name) || shown.length === 0 || shown.some((field) => holds(field, text))) continue;
    throw new Error(`What was typed as "${name}" is lost: ${text.slice(0, 40)}`);
  }
}

const unseen = new Set(["hidden", "password", "checkbox", "radio", "file", "submit"]);
const secretNames = new Set(["code", "recovery"]);
const holds = (field: HTMLElement, text: string) =>
  (field.tagName === "TEXTAREA" ? field.text : (field.getAttribute("value") ?? "")).trim() === text.trim();

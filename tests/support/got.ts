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
 * Throws for a page that gives the focus to two fields, which none may.
 */
export function gotOf({ status, headers }: Response, text: string): Got {
  const withoutValues = text.replaceAll(/"[^"]*"/g, '""');
  if ((withoutValues.match(/<[a-z][^<>]*\sautofocus(?=[\s>])/g) ?? []).length > 1)
    throw new Error("Two fields of this page would have the focus.");
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

/**
 * Whether a body says one thing twice, in a form, or anywhere in a JSON text: parsers take the first or the last, so
 * that whoever looks at it on its way to us would see another value than we do. What is no JSON is left to its parser.
 */
export const saysTwice = (headers: Headers, text: string): boolean =>
  isWebForm(headers) ? hasTwice(new URLSearchParams(text)) : namesTwice(text);

/** Whether a type is what Better Auth reads as a form. */
export const isWebForm = (headers: Headers): boolean =>
  /application\/x-www-form-urlencoded/i.test(headers.get("content-type") ?? "");

/** Whether a form has a field twice. */
export const hasTwice = (fields: URLSearchParams): boolean => new Set(fields.keys()).size !== fields.size;

/** Of two members with one name an object keeps one: then more names were written than there are. */
function namesTwice(text: string): boolean {
  try {
    return namesWritten(text) > namesIn(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Behind each name of a JSON text there is a colon, and no other stands outside of its strings. */
function namesWritten(text: string): number {
  let names = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ":") names += 1;
    if (text[at] !== '"') continue;
    for (at += 1; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at += 1;
  }
  return names;
}

/** Without calling itself: a text may nest as deep as it is long. */
function namesIn(value: unknown): number {
  let names = 0;
  const inside: unknown[] = [value];
  while (inside.length > 0) {
    const one = inside.pop();
    if (one === null || typeof one !== "object") continue;
    const members = Object.values(one);
    if (!Array.isArray(one)) names += members.length;
    for (const member of members) inside.push(member);
  }
  return names;
}

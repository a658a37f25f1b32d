/** The longest text that an administrator or an operator writes, in characters. */
const longest = 500;

/** What no column holds, or no screen shows; line breaks are welcome. */
const isUnprintable = /(?!\s)[\p{Cc}\p{Cs}]/u;

/** What is against a text in their own words, such as a reason; undefined where nothing is. */
export function wrongIn(text: string): "words_too_long" | "words_unprintable" | undefined {
  if ([...text].length > longest) return "words_too_long";
  return isUnprintable.test(text) ? "words_unprintable" : undefined;
}

/**
 * Six digits of any script, whatever else came along when they were copied: spaces, dashes, dots, marks of direction.
 * Undefined when there are more or fewer.
 */
export function sixDigitsIn(typed: string): string | undefined {
  if (typed.length > 100) return undefined;
  const digits = typed
    .normalize("NFKC")
    .replace(/\P{Nd}/gu, "")
    .replace(/\p{Nd}/gu, asciiDigit);
  return digits.length === 6 ? digits : undefined;
}

/** Unicode keeps the ten digits of a script in a row, beginning with its zero; where two rows meet, both are whole. */
function asciiDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let first = at;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((at - first) % 10);
}

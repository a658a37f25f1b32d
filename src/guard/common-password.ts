import passwords from "@zxcvbn-ts/language-common/src/passwords.json";

/** The passwords of known leaks that our length rule alone would let through: about 18,000. */
const common = new Set(passwords.filter((password) => password.length >= 8));

/** Whether a password is among those tried first by anybody: known from leaks, or one character repeated. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  return common.has(lower) || new Set(lower).size === 1;
}

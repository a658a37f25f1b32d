import * as z from "zod";
import { clientKey } from "../http/client-key";
import { emailPattern, isEmailAddress, longestEmail } from "./email-address";
import { sixDigitsIn } from "./six-digits";
import type { Strength, Verdict } from "./strength";

/**
 * What people type, and what of it is accepted. A problem is a key of `views/words/`, never a sentence. The
 * pages check with these before asking Better Auth, and Better Auth's own endpoints check with them again.
 */

/** A text that is not empty; the problem is `missing` where there is none, or the value is no text. */
const text = (missing: string) =>
  z
    .string({ error: missing })
    .min(1, { error: missing, abort: true })
    // Decoders write U+FFFD where bytes are no UTF-8.
    .refine((value) => !value.includes("\uFFFD"), { error: "malformed", abort: true });

/**
 * Letters, marks and emoji are welcome; control characters, half ones and those that turn the direction around are
 * not.
 */
const hasUnprintable = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;
/** White space, and what fonts leave out. Both belong in a name (an emoji of two parts), but do not make one. */
const invisible = /[\s\p{Default_Ignorable_Code_Point}]/gu;
/** Whether nobody would see anything of a text. */
export const isBlank = (text: string): boolean => text.replace(invisible, "") === "";
const lengthInCodePoints = (value: string) => [...value].length;

/** The longest name, in code points. */
export const longestName = 100;

/** What to call a person: characters of any script, without space around it. */
export const name = text("name_missing")
  .refine((value) => !isBlank(value), "name_missing")
  .refine((value) => lengthInCodePoints(value) <= longestName, "name_too_long")
  .refine((value) => !hasUnprintable.test(value), "name_unprintable")
  .transform((value) => value.trim());

/**
 * An address in plain ASCII, in lower case: one account per address, however it is typed, and exactly one recipient per
 * mail. Length is checked first, so that no pattern ever runs over a long text.
 */
export const email = text("email_missing")
  .max(longestEmail, { error: "email_malformed", abort: true })
  .regex(emailPattern, "email_malformed")
  .refine(isEmailAddress, "email_malformed")
  .transform((value) => value.toLowerCase());

/** A password as it is given to sign in: only what could never have been chosen is refused before hashing. */
export const password = passwordOr("password_missing");

function passwordOr(missing: string) {
  return text(missing)
    .max(1024, { error: "password_too_long", abort: true })
    .refine((value) => value.isWellFormed() && lengthInCodePoints(value) <= 128, "password_too_long");
}

/** A password as it is chosen: 8 to 128 characters, any of them. How hard it is to guess depends on whose it is. */
export const newPassword = password.refine((value) => lengthInCodePoints(value) >= 8, {
  error: "password_too_short",
  abort: true,
});

/**
 * The picture's address, kept for the API: a `javascript:` or `data:` address would run in somebody's page. It is kept
 * as it came, so every sign in it is one that may stand in an address, in a page and in the database.
 */
const image = z
  .url({ protocol: /^https$/, error: "image_malformed" })
  .max(2048, "image_malformed")
  .regex(/^https:\/\/[^\s"<>\\]+$/i, "image_malformed")
  .refine((value) => !hasUnprintable.test(value), "image_malformed")
  .nullish();

/** What programs may add for a session; Better Auth asks for the same, but only after a try was counted. */
export const sessionWish = z.object({ rememberMe: z.boolean("malformed").optional() }, "malformed");

/** What opens an account. */
export const credentials = z.object({ email, password }, "malformed").and(sessionWish);

/** What is asked for an account. How hard the password is to guess is left to `newAccount`. */
export const accountFields = z.object({ name, email, password: newPassword, image }, "malformed");

/** What makes an account. The password is held against the person's own words and the product's; to be parsed async. */
export const newAccount = (judges: Judges, client: Asker) =>
  accountFields.superRefine((typed, found) => refuseWeak(found, () => strengthOf(typed, judges, client)));

/** A new password for somebody who is known, held against their own words and the product's; and the current one. */
export const passwordChange = (owner: Owner, judges: Judges, client: Asker) =>
  z
    .object({ current: passwordOr("current_missing"), password: newPassword }, "malformed")
    .superRefine((typed, found) => refuseWeak(found, () => strengthOf({ ...owner, ...typed }, judges, client)));

/** The same for somebody who has a link instead of the current one. */
export const passwordReset = (owner: Owner, judges: Judges, client: Asker) =>
  z
    .object({ password: newPassword }, "malformed")
    .superRefine((typed, found) => refuseWeak(found, () => strengthOf({ ...owner, ...typed }, judges, client)));

/** Six digits, however they were typed. */
export const code = text("code_missing")
  .transform((value) => sixDigitsIn(value) ?? "")
  .refine((value) => value !== "", "code_missing");

/** The digits from a mail, and the address it went to. */
export const emailAndCode = z.object({ email, code }, "malformed");

/** What may be changed about a person without further proof. */
export const profileChange = z.object({ name }, "malformed");

/** Whose password it is. */
interface Owner {
  email: string;
  name: string;
}

/** What judges a password: the judge, and the product that it is for. */
interface Judges {
  config: { brand: { name: string } };
  strength: Strength;
}

/** From where it is asked. */
interface Asker {
  ip: string;
}

/** Says why a password is easy to guess. Asked last, of what is right otherwise, because it costs the most. */
async function refuseWeak(found: z.RefinementCtx, judge: () => Promise<Verdict>) {
  if (found.issues.length > 0) return;
  const { weakness } = await judge();
  if (weakness) found.addIssue({ code: "custom", path: ["password"], message: weakness });
}

/** How hard a password is to guess for an attacker who knows the person and the product. */
export async function strengthOf(
  { password, name, email }: Owner & { password: string },
  { config, strength }: Judges,
  { ip }: Asker,
): Promise<Verdict> {
  const brand = config.brand.name;
  if (isGuessable(password, { name, email, brand })) return { score: 0, weakness: "password_guessable" };
  const withoutTopLevel = email.replace(/\.[^.@]*$/, "");
  return strength.judge({ password, known: [name, withoutTopLevel, brand, "gatehouse"] }, clientKey(ip));
}

/**
 * Whether a password is one of the words that an attacker who knows the person tries first, with nothing but digits
 * and signs added: their address or a part of it, their name or a part of it, the product's name.
 */
function isGuessable(candidate: string, { email, name, brand }: Owner & { brand: string }): boolean {
  if (candidate.toLowerCase() === email) return true;
  const core = lettersOf(candidate);
  const words = [email, ...email.split("@"), name, ...name.split(/\s+/), brand, "gatehouse"].map(lettersOf);
  return words.some((word) => word.length >= 4 && (core === word || core === word + word));
}

const lettersOf = (value: string) => value.toLowerCase().replace(/[^\p{L}]/gu, "");

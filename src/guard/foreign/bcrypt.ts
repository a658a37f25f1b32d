import { createHash, createHmac } from "node:crypto";
import { damaged, phpTrim, tooCostly, wholeNumber, type Groups, type HashForm, type Recipe } from "./recipe";

/** Each step doubles the time; 15 takes about two seconds of a core. */
const mostCost = 15;

/** bcrypt, and what some programs do to the password before. */
export const bcryptForms: readonly HashForm[] = [
  {
    kind: "bcrypt",
    pattern: /^(?:bcrypt\$)?(?<hash>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/,
    read: (groups) => bcrypt(groups, cutAndWhole),
  },
  {
    kind: "bcrypt",
    pattern: /^(?:bcrypt\$|bcrypt_sha256\$|\$wp)?\$2x\$/,
    read: () => ({ refused: "bcrypt $2x$ was made by a faulty program, for which several passwords are one" }),
  },
  {
    kind: "Django bcrypt_sha256",
    pattern: /^bcrypt_sha256\$(?<hash>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/,
    read: (groups) => bcrypt(groups, (password) => [createHash("sha256").update(password).digest("hex")]),
  },
  {
    kind: "WordPress bcrypt",
    pattern: /^\$wp(?<hash>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/,
    read: (groups) =>
      bcrypt(groups, (password) => [createHmac("sha384", "wp-sha384").update(phpTrim(password)).digest("base64")]),
  },
];

/** What may have been hashed for a password: any of these. */
type Inputs = (password: string) => (string | Uint8Array)[];

function bcrypt({ hash = "", cost }: Groups, inputs: Inputs): Recipe {
  const rounds = wholeNumber(cost);
  if (rounds > mostCost) return tooCostly;
  if (!(rounds >= 4)) return damaged;
  const text = canonical(hash);
  return { matches: (password) => inputs(password).some((input) => Bun.password.verifySync(input, text)) };
}

const bcryptDigits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The last digits of salt and digest have bits that mean nothing: some programs set them, and Bun refuses those. */
function canonical(hash: string): string {
  const clear = (digit: string, step: number) => bcryptDigits[Math.floor(bcryptDigits.indexOf(digit) / step) * step];
  return `${hash.slice(0, 28)}${clear(hash.charAt(28), 16)}${hash.slice(29, 59)}${clear(hash.charAt(59), 4)}`;
}

const bytesOfBcrypt = 72;

/** Of a long password most programs read 72 bytes; Bun reads its digest. */
function cutAndWhole(password: string): (string | Uint8Array)[] {
  const bytes = new TextEncoder().encode(password);
  return bytes.length > bytesOfBcrypt ? [bytes.subarray(0, bytesOfBcrypt), bytes] : [bytes];
}

import { createHash } from "node:crypto";
import { damaged, hexBytes, isSameKey, phpTrim, tooCostly, type HashForm, type Recipe } from "./recipe";

/** Each step doubles the time; 2^18 rounds of MD5 take a fifth of a second. */
const mostRoundsLog2 = 18;

/**
 * What PHP programs did before bcrypt: phpass's portable hashes, and MD5 alone under a prefix of ours, because 32
 * hexadecimal digits may be anything.
 */
export const md5Forms: readonly HashForm[] = [
  {
    kind: "phpass",
    pattern: /^\$[PH]\$(?<rounds>[5-9A-Za-z./])(?<salt>[./0-9A-Za-z]{8})(?<key>[./0-9A-Za-z]{22})$/,
    read: ({ rounds = "", salt = "", key = "" }) => phpass(phpassDigits.indexOf(rounds), salt, key),
  },
  {
    kind: "MD5",
    pattern: /^\$md5\$(?<key>[0-9a-f]{32})$/,
    read: ({ key }) => ({ matches: either((password) => isSameKey(md5(password), hexBytes(key))) }),
  },
];

/** WordPress hashed what PHP's `trim` left of a password, other programs all of it. */
const either = (matches: (password: string) => boolean) => (password: string) =>
  matches(password) || (phpTrim(password) !== password && matches(phpTrim(password)));

const md5 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const phpassDigits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function phpass(roundsLog2: number, salt: string, key: string): Recipe {
  if (roundsLog2 > mostRoundsLog2) return tooCostly;
  if (roundsLog2 < 7) return damaged;
  const matches = (password: string) => {
    let hash = md5(salt, password);
    for (let round = 0; round < 2 ** roundsLog2; round += 1) hash = md5(hash, password);
    return isSameKey(Buffer.from(phpassBase64(hash)), Buffer.from(key));
  };
  return { matches: either(matches) };
}

/** Phpass's own base64: three bytes at a time, the lowest bits first. */
function phpassBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3);
    const bits = group.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
    for (let digit = 0; digit <= group.length; digit += 1) text += phpassDigits[Math.floor(bits / 64 ** digit) % 64];
  }
  return text;
}

import { timingSafeEqual } from "node:crypto";

/** How a hash of another program is checked, or why it is refused. */
export type Recipe = { matches(password: string): boolean } | Refusal;

/** Why a hash is refused: a phrase for operators, which never holds the hash. */
export interface Refusal {
  refused: string;
}

/** What a pattern found in a hash, by the names of its groups. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** One way to write a hash. What the pattern does not fit is another kind's, or damaged. */
export interface HashForm {
  kind: string;
  pattern: RegExp;
  read(groups: Groups): Recipe;
}

/**
 * No hash may take more memory than this: each hashing thread can be busy with one at the same time, and a container of
 * 512 MiB should survive it.
 */
export const mostMemoryBytes = 256 * 2 ** 20;

/** Refuses what would take too much memory or time. */
export const tooCostly: Refusal = { refused: "checking this hash would take too much memory or time" };

/** Refuses what no program can have written. */
export const damaged: Refusal = { refused: "the hash is damaged" };

/** Compares in the same time wherever two keys differ. */
export const isSameKey = (made: Uint8Array, kept: Uint8Array): boolean =>
  made.length === kept.length && timingSafeEqual(made, kept);

/**
 * Whether salt and key of a hash are of a length that programs use. A key of less than 16 bytes could be met by chance;
 * one of more than 256 would cost too much.
 */
export const isWhole = ({ salt, key }: { salt: Uint8Array; key: Uint8Array }): boolean =>
  salt.length > 0 && salt.length <= 1024 && key.length >= 16 && key.length <= 256;

/** The parameters of a text such as `m=65536,t=3,p=4`. */
export const parametersOf = (text = ""): Groups =>
  Object.fromEntries(text.split(",").map((part) => [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)]));

/** A whole number of at most nine digits; NaN for anything else. */
export const wholeNumber = (text = ""): number => (/^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN);

/**
 * The bytes of a text in base64, in either alphabet (passlib writes `.` for `+`), padded or not; none when it is
 * something else.
 */
export const base64Bytes = (text = ""): Uint8Array =>
  Buffer.from(/^[A-Za-z0-9+/._-]+={0,2}$/.test(text) ? text.replaceAll(".", "+") : "", "base64");

/** The bytes of a text in hexadecimal. */
export const hexBytes = (text = ""): Uint8Array => Buffer.from(text, "hex");

/** The bytes of a text itself, where the salt is used as it is written. */
export const textBytes = (text = ""): Uint8Array => Buffer.from(text, "utf8");

/** Base64 without padding, as PHC strings have it. */
export const phcBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "");

/** Without what PHP's `trim` takes off, which WordPress does to every password. */
export const phpTrim = (password: string): string => password.replaceAll(/^[ \t\n\r\0\x0B]+|[ \t\n\r\0\x0B]+$/g, "");

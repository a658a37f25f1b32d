import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { keyFor, type Secrets } from "./keys";

/** A key for secrets at rest, and the name by which a sealed text tells that it was used. */
export interface SealKey {
  /** Letters, digits, dashes and underscores. */
  id: string;
  key: Uint8Array;
}

/** Encrypts what is kept in the database and must be read again. */
export interface Seals {
  /** Encrypts a text for one purpose, such as whose secret it is: it opens for no other. */
  seal(text: string, purpose: string): string;
  /** The text that was sealed for a purpose; undefined when it is damaged, another's, or its key is not known. */
  open(sealed: string, purpose: string): string | undefined;
  /**
   * The ids of the keys, that of the first one first. A sealed text has the id of its key between its first two dots:
   * what is under another than the first should be sealed anew before that key goes, and what is under none is lost.
   */
  keyIds: readonly string[];
}

/** Seals under keys that follow from secrets: the first seals, all open what was sealed under theirs. */
export function sealsFrom([current, ...former]: Secrets): Seals {
  return createSeals([sealKeyFrom(current.value), ...former.map(({ value }) => sealKeyFrom(value))]);
}

/** The key that follows from a secret (HKDF, RFC 5869); its id does too, so that it says nothing about the secret. */
export function sealKeyFrom(secret: string, id = keyFor(secret, "seal id").slice(0, idLength)): SealKey {
  return { id, key: new Uint8Array(hkdfSync("sha256", secret, "", "gatehouse seal", keyBytes)) };
}

/**
 * AES-256-GCM under the first key; every key that is given opens what was sealed under it. Purpose and key id are
 * authenticated with the text, so a sealed text that is moved to another row opens nothing.
 */
export function createSeals(keys: readonly [SealKey, ...SealKey[]]): Seals {
  const [current] = keys;
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, current.key, nonce).setAAD(about(current.id, purpose));
      const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${current.id}.${sealed.toString("base64url")}`;
    },
    open(sealed, purpose) {
      const [given, id = "", content = ""] = sealed.split(".");
      const key = given === version ? keys.find((one) => one.id === id) : undefined;
      return key && decrypted(Buffer.from(content, "base64url"), key, purpose);
    },
    keyIds: keys.map(({ id }) => id),
  };
}

function decrypted(content: Buffer, { id, key }: SealKey, purpose: string): string | undefined {
  if (content.length < nonceBytes + tagBytes) return undefined;
  const end = content.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, content.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(about(id, purpose)).setAuthTag(content.subarray(end));
  try {
    return Buffer.concat([decipher.update(content.subarray(nonceBytes, end)), decipher.final()]).toString("utf8");
  } catch {
    return undefined; // the tag does not fit: damaged, or sealed for something else
  }
}

const about = (id: string, purpose: string) => Buffer.from(JSON.stringify([version, id, purpose]));

const algorithm = "aes-256-gcm";
const version = "s1";
const idLength = 8;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

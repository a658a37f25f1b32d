import { z } from "zod";
import { judgeHash, type Judged } from "../foreign-hash";
import { base64Bytes, hexBytes, phcBase64, textBytes } from "./recipe";

/** Makes texts of hashes that other programs export in several fields, and judges them. */

const unreadable: Judged = { refused: "the hash is not as this program exports it" };

const firebaseParameters = z.object({
  base64_signer_key: z.string(),
  base64_salt_separator: z.string(),
  rounds: z.coerce.number().int(),
  mem_cost: z.coerce.number().int(),
});

/** The hash parameters of a Firebase project, as its console shows them. */
export type FirebaseParameters = z.infer<typeof firebaseParameters>;

/** Reads the parameters of a Firebase project; undefined when they are not complete. */
export const readFirebaseParameters = (given: unknown): FirebaseParameters | undefined =>
  firebaseParameters.safeParse(given).data;

/** The hash of one Firebase user: `salt` and `passwordHash` of the export, with the parameters of the project. */
export function fromFirebase(parameters: FirebaseParameters, user: { salt: string; passwordHash: string }): Judged {
  const { base64_signer_key: signer, base64_salt_separator: separator, rounds, mem_cost: cost } = parameters;
  const head = `$fbscrypt$v=1,n=${cost},r=${rounds},p=1,ss=${separator},sk=${signer}`;
  return judgeHash(`${head}$${user.salt}$${user.passwordHash}`);
}

const keycloakData = z.object({
  algorithm: z.enum(["pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512", "argon2"]),
  hashIterations: z.number().int(),
  additionalParameters: z.record(z.string(), z.array(z.string())).nullish(),
});
const keycloakSecret = z.object({ value: z.string(), salt: z.string() });

/** A credential of a Keycloak realm's export: both fields are JSON, as text or already read. */
export function fromKeycloak(credentialData: unknown, secretData: unknown): Judged {
  const data = keycloakData.safeParse(fromJson(credentialData)).data;
  const secret = keycloakSecret.safeParse(fromJson(secretData)).data;
  if (!data || !secret) return unreadable;
  const [salt, key] = [base64Bytes(secret.salt), base64Bytes(secret.value)];
  const { algorithm, hashIterations: iterations, additionalParameters } = data;
  if (algorithm !== "argon2")
    return judgeHash(pbkdf2Text({ digest: algorithm.slice("pbkdf2-".length) || "sha1", iterations, salt, key }));
  const [type, version, memory, lanes] = ["type", "version", "memory", "parallelism"].map(
    (name) => additionalParameters?.[name]?.[0],
  );
  const head = `$argon2${type}$${version === "1.3" ? "v=19$" : ""}m=${memory},t=${iterations},p=${lanes}`;
  return judgeHash(`${head}$${phcBase64(salt)}$${phcBase64(key)}`);
}

function fromJson(given: unknown): unknown {
  if (typeof given !== "string") return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined; // refused as unreadable
  }
}

interface Pbkdf2Parts {
  digest: string;
  iterations: number;
  salt: Uint8Array;
  key: Uint8Array;
}

const pbkdf2Text = ({ digest, iterations, salt, key }: Pbkdf2Parts): string =>
  `$pbkdf2-${digest}$i=${iterations},l=${key.length}$${phcBase64(salt)}$${phcBase64(key)}`;

const encoded = z.object({ value: z.string(), encoding: z.enum(["base64", "hex", "utf8"]).default("utf8") });

const auth0Hash = z.object({
  algorithm: z.string(),
  hash: encoded,
  salt: encoded.optional(),
  password: z.object({ encoding: z.string() }).optional(),
  cost: z.number().optional(),
  blockSize: z.number().optional(),
  parallelization: z.number().optional(),
});

/** Auth0's `custom_password_hash`; its own `passwordHash` is bcrypt as text. */
export function fromAuth0(customPasswordHash: unknown): Judged {
  const read = auth0Hash.safeParse(customPasswordHash).data;
  if (!read) return unreadable;
  const { algorithm, hash, salt, password, cost = 16_384, blockSize = 8, parallelization = 1 } = read;
  if (password && password.encoding !== "utf8")
    return { refused: "passwords are hashed in another encoding than UTF-8" };
  if (["argon2", "bcrypt", "pbkdf2"].includes(algorithm)) return judgeHash(hash.value);
  if (algorithm !== "scrypt") return { refused: "of Auth0's hashes only bcrypt, argon2, pbkdf2 and scrypt are taken" };
  if (!salt) return unreadable;
  const head = `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}`;
  return judgeHash(`${head}$${phcBase64(bytesOf(salt))}$${phcBase64(bytesOf(hash))}`);
}

const bytesOf = ({ value, encoding }: z.infer<typeof encoded>): Uint8Array =>
  ({ base64: base64Bytes, hex: hexBytes, utf8: textBytes })[encoding](value);

/** Clerk's `password_hasher` and `password_digest`: some of its names mean another text than elsewhere. */
export function fromClerk(hasher: string, digest: string): Judged {
  const [name, count = "", salt = "", key = ""] = digest.split("$");
  const iterations = Number(count);
  const pbkdf2 = (saltBytes: Uint8Array, keyBytes: Uint8Array) =>
    judgeHash(pbkdf2Text({ digest: name?.split("_")[1] ?? "", iterations, salt: saltBytes, key: keyBytes }));
  if (hasher === "pbkdf2_sha256") return pbkdf2(base64Bytes(salt), base64Bytes(key));
  if (hasher === "pbkdf2_sha1" || hasher === "pbkdf2_sha512") return pbkdf2(textBytes(salt), hexBytes(key));
  if (hasher === "pbkdf2_sha512_hex") return pbkdf2(hexBytes(salt), hexBytes(key));
  if (hasher === "md5") return judgeHash(`$md5$${digest.toLowerCase()}`);
  return hasher === "scrypt_firebase" ? fromClerksFirebase(digest) : judgeHash(digest);
}

function fromClerksFirebase(digest: string): Judged {
  const [passwordHash = "", salt = "", signer, separator, rounds, cost] = digest.split("$");
  const parameters = readFirebaseParameters({
    base64_signer_key: signer,
    base64_salt_separator: separator,
    rounds,
    mem_cost: cost,
  });
  return parameters ? fromFirebase(parameters, { salt, passwordHash }) : unreadable;
}

/** WordPress's `user_pass`: before 2.5 it was MD5 alone. */
export const fromWordPress = (hash: string): Judged =>
  judgeHash(/^[0-9a-f]{32}$/i.test(hash) ? `$md5$${hash.toLowerCase()}` : hash);

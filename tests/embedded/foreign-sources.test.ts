import { expect, test } from "bun:test";
import fixtures from "../fixtures/foreign-hashes.json";
import { matchesHash, type Judged } from "../../src/guard/foreign-hash";
import * as sources from "../../src/guard/foreign/sources";

/** Hashes that other programs export in several fields, or under names of their own. */

const password = "Grüße, Welt 7";
const salt = "c2FsdFNBTFRzYWx0U0FMVA=="; // saltSALTsaltSALT

/** Whether it is kept, and opens for its password and no other. */
function expectOpens(judged: Judged, kind: string, of = password) {
  expect(judged).toHaveProperty("kind", kind);
  const { hash } = judged as { hash: string }; // said in the line before
  expect([matchesHash(of, hash), matchesHash(`${of}!`, hash)]).toEqual([true, false]);
}

/** The vector of Firebase's own scrypt utility. */
const firebase = {
  base64_signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  base64_salt_separator: "Bw==",
  rounds: 8,
  mem_cost: 14,
};
const firebaseUser = {
  salt: "42xEC+ixf3L2lw==",
  passwordHash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
};

test("Firebase: its own vector opens, in both alphabets of base64", () => {
  const parameters = sources.readFirebaseParameters({ ...firebase, rounds: "8" });
  expect(parameters).toEqual(firebase);
  expectOpens(sources.fromFirebase(firebase, firebaseUser), "Firebase scrypt", "user1password");
  const urlSafe = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_");
  const user = { salt: urlSafe(firebaseUser.salt), passwordHash: urlSafe(firebaseUser.passwordHash) };
  expectOpens(sources.fromFirebase(firebase, user), "Firebase scrypt", "user1password");
});

test("Firebase: parameters of a project that are not whole, or of no use, are refused", () => {
  expect(sources.readFirebaseParameters({ ...firebase, base64_signer_key: undefined })).toBeUndefined();
  expect(sources.fromFirebase({ ...firebase, mem_cost: 30 }, firebaseUser)).toHaveProperty("refused");
  expect(sources.fromFirebase({ ...firebase, base64_signer_key: "AAAA" }, firebaseUser)).toHaveProperty("refused");
  expect(sources.fromFirebase(firebase, { ...firebaseUser, salt: "" })).toHaveProperty("refused");
  expect(sources.fromFirebase(firebase, { ...firebaseUser, salt: "*" })).toHaveProperty("refused");
});

test("Keycloak: what its realms export opens, as text and already read", () => {
  for (const { password, credentialData, secretData } of fixtures.keycloak) {
    const kind = credentialData.includes("argon2") ? "argon2" : "pbkdf2";
    expectOpens(sources.fromKeycloak(credentialData, secretData), kind, password);
    expect(sources.fromKeycloak(JSON.parse(credentialData), JSON.parse(secretData))).toHaveProperty("kind", kind);
  }
  // Made with Python 3.11's hashlib: the oldest kind, which no export at hand has.
  const value = "mD4rYghZiXJDYDUDXOUukX3roi7GpsCsYaFRhTn57PZXD5dlHr6VTw4agU7ybWUb9wJiXZPSX46og0ex3DYY0w==";
  expectOpens(sources.fromKeycloak({ algorithm: "pbkdf2", hashIterations: 1000 }, { value, salt }), "pbkdf2");
});

test("Keycloak: argon2 of version 1.0, other kinds and what is no credential are refused", () => {
  const [argon2] = fixtures.keycloak.filter(({ credentialData }) => credentialData.includes("argon2"));
  const old = argon2?.credentialData.replace(`"1.3"`, `"1.0"`);
  expect(sources.fromKeycloak(old, argon2?.secretData)).toEqual({ refused: expect.stringContaining("v=19") });
  for (const data of ["{", "null", undefined, { algorithm: "bcrypt", hashIterations: 1 }, { algorithm: "argon2" }])
    expect(sources.fromKeycloak(data, argon2?.secretData)).toHaveProperty("refused");
  expect(sources.fromKeycloak(argon2?.credentialData, "{}")).toHaveProperty("refused");
});

/** Made with Python 3.11's hashlib. */
const scrypt =
  "5f1052ebee91f133b17fda0cfb91857c4b22adfd74e3e47f2ac36e2cb3e4b7a0" +
  "84f0aaca91eae88eaf819cb2397b7427a901395446c2444df859011b827c5a71";

test("Auth0: bcrypt, argon2, PBKDF2 and scrypt of its own schema open", () => {
  const utf8 = (algorithm: string, value: string) => ({ algorithm, hash: { value, encoding: "utf8" } });
  const of = (made: string) => fixtures.texts.find((text) => text.made.startsWith(made))?.hash ?? "";
  expectOpens(sources.fromAuth0(utf8("bcrypt", of("bcryptjs"))), "bcrypt");
  expectOpens(sources.fromAuth0(utf8("argon2", of("argon2-cffi"))), "argon2");
  expectOpens(
    sources.fromAuth0(
      utf8("pbkdf2", "$pbkdf2-sha256$i=1000,l=32$c2FsdFNBTFRzYWx0U0FMVA$g8aRj6DAJUwVNmdihW0rDuFDrmoEhYzjnAX4s010hUI"),
    ),
    "pbkdf2",
  );
  const hash = { value: scrypt, encoding: "hex" };
  const cost = { cost: 1024, blockSize: 8, parallelization: 1, keylen: 64 };
  const salts = [
    { value: salt, encoding: "base64" },
    { value: "saltSALTsaltSALT", encoding: "utf8", position: "prefix" },
  ];
  for (const salt of salts) expectOpens(sources.fromAuth0({ algorithm: "scrypt", hash, salt, ...cost }), "scrypt");
});

test("Auth0: hashes that are too fast, or of passwords in another encoding, are refused", () => {
  const hash = { value: scrypt, encoding: "hex" };
  for (const algorithm of ["md4", "md5", "sha1", "sha256", "sha512", "hmac", "ldap"])
    expect(sources.fromAuth0({ algorithm, hash })).toEqual({
      refused: expect.stringContaining("only bcrypt"),
    });
  const encoded = {
    algorithm: "scrypt",
    hash,
    salt: { value: salt, encoding: "base64" },
    password: { encoding: "utf16le" },
  };
  expect(sources.fromAuth0(encoded)).toEqual({ refused: expect.stringContaining("another encoding") });
  for (const nothing of [undefined, null, "x", {}, { algorithm: "bcrypt" }, { algorithm: "scrypt", hash }])
    expect(sources.fromAuth0(nothing)).toHaveProperty("refused");
});

const sha512 =
  "25cf183a350ff797f2589524849bc719cf0e262bb4e84fd71956cf8ff29306f7" +
  "96abef45bf66792bc5d855641a9cda9e77ae2c36bb23e88c90012a92ab1ec1ad";

/** Made with Python 3.11's hashlib, in the texts that Clerk documents; Clerk itself always exports bcrypt. */
const clerk: [hasher: string, digest: string, kind: string][] = [
  ["pbkdf2_sha256", `pbkdf2_sha256$1000$${salt}$g8aRj6DAJUwVNmdihW0rDuFDrmoEhYzjnAX4s010hUI=`, "pbkdf2"],
  ["pbkdf2_sha1", "pbkdf2_sha1$1000$saltSALTsaltSALT$983e2b6208598972436035035ce52e917deba22e", "pbkdf2"],
  ["pbkdf2_sha512_hex", `pbkdf2_sha512_hex$1000$73616c7453414c5473616c7453414c54$${sha512}`, "pbkdf2"],
  [
    "pbkdf2_sha256_django",
    "pbkdf2_sha256$1000$saltSALT01$9QEHOOjj1DKlgMH0d9AH/guv2OcZyGh3RLDdmSRNvDo=",
    "Django pbkdf2",
  ],
  ["bcrypt", "$2b$04$IHYQpQHLRIEWfYifKf9uceZhASsrd9TF7ty6XgWr1P0buSKeLBZNy", "bcrypt"],
  [
    "bcrypt_sha256_django",
    "bcrypt_sha256$$2b$04$XIhrJWj6.lpa5zgnHKp/BuJHsoROVTUvJ5W85ZADlneX/jL56ns86",
    "Django bcrypt_sha256",
  ],
  ["md5", "289AACA2AA0754537EB21E38C8011F56", "MD5"],
];

test("Clerk: what its hashers' names mean opens, also where the text means something else elsewhere", () => {
  for (const [hasher, digest, kind] of clerk) expectOpens(sources.fromClerk(hasher, digest), kind);
  const { base64_signer_key: signer, base64_salt_separator: separator } = firebase;
  const digest = [firebaseUser.passwordHash, firebaseUser.salt, signer, separator, 8, 14].join("$");
  expectOpens(sources.fromClerk("scrypt_firebase", digest), "Firebase scrypt", "user1password");
  expect(sources.fromClerk("scrypt_firebase", "x$y")).toHaveProperty("refused");
  expect(sources.fromClerk("bcrypt_peppered", `${clerk[4]?.[1]}$pepper`)).toHaveProperty("refused");
  expect(sources.fromClerk("", "")).toHaveProperty("refused");
});

test("WordPress: 32 hexadecimal digits are MD5 there, and everything else what it says", () => {
  expectOpens(sources.fromWordPress("289AACA2AA0754537EB21E38C8011F56"), "MD5");
  expectOpens(sources.fromWordPress("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), "phpass", "test12345");
  expect(sources.fromWordPress("")).toHaveProperty("refused");
});

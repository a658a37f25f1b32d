import { afterAll, beforeEach, expect, spyOn, test } from "bun:test";
import fixtures from "../fixtures/foreign-hashes.json";
import { readableHash } from "../../db/existing/rows";
import { judgeHash } from "../../src/guard/foreign-hash";
import { answer } from "../../src/guard/hash-question";
import { argon2id } from "../../src/guard/own-hash";
import { createPasswords, isLegacyHash } from "../../src/guard/password";

/**
 * Hashes of other programs. The fixtures were made by those programs, in the versions that they name; argon2, bcrypt,
 * PBKDF2 and scrypt there are of the lowest cost, where the program lets it choose.
 */

const { texts } = fixtures;
const long = texts.find(({ password }) => Buffer.byteLength(password) > 72);

/** Hashes that are made here only to take their time are counted instead. */
const hashing = spyOn(Bun.password, "hashSync").mockReturnValue("");
beforeEach(() => hashing.mockClear());
afterAll(() => hashing.mockRestore());

const inExistingApps = new RegExp(readableHash);
const opens = (password: string, hash: string) => answer({ password, hash });

test("a hash of another program is known, opens for its password, and counts as one to replace", async () => {
  for (const { kind, made, password, hash } of texts) {
    expect([made, judgeHash(hash)]).toEqual([made, { hash, kind }]);
    expect([made, opens(password, hash)]).toEqual([made, true]);
    expect([made, inExistingApps.test(hash)]).toEqual([made, true]);
    expect([made, isLegacyHash(hash)]).toEqual([made, true]);
  }
  const ours = await createPasswords().hash("Grüße, Welt 7");
  expect(judgeHash(ours)).toEqual({ hash: ours, kind: "argon2" });
  expect(isLegacyHash(ours)).toBe(false);
});

test("a wrong password costs a hash of ours besides, so that no other program's is found out sooner", () => {
  for (const hash of [...texts.map(({ hash }) => hash), "not a hash", ""]) {
    hashing.mockClear();
    expect([hash, opens("Grüße, Welt 8", hash)]).toEqual([hash, false]);
    expect([hash, hashing.mock.calls]).toEqual([hash, [["Grüße, Welt 8", argon2id]]]);
  }
});

test("bcrypt reads 72 bytes, as most programs do, or the digest of a longer password, as Bun does", async () => {
  const { password = "", hash = "" } = long ?? {};
  const first = Buffer.from(password).subarray(0, 72).toString();
  expect([opens(password, hash), opens(first, hash), opens(first.slice(0, -1), hash)]).toEqual([true, true, false]);
  const whole = await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 });
  expect([opens(password, whole), opens(first, whole)]).toEqual([true, false]);
});

test("what the trimming of PHP took off a WordPress password may be typed or not", () => {
  const trimmed = texts.filter(({ kind }) => ["WordPress bcrypt", "phpass", "MD5"].includes(kind));
  for (const { hash, password } of trimmed) expect(opens(`\t${password} \n`, hash)).toBe(true);
  expect(trimmed.length).toBeGreaterThan(4);
});

/** The hash with one of its characters changed, a part of it emptied, doubled or cut off. */
function damages(hash: string): string[] {
  const middle = hash.length - 12;
  const other = hash.charAt(middle) === "a" ? "b" : "a";
  const [separator, last] = hash.includes(":") && !hash.includes("$") ? [":", 1] : ["$", hash.split("$").length - 1];
  const parts = hash.split(separator);
  return [
    hash.slice(0, middle) + other + hash.slice(middle + 1),
    hash.slice(0, middle) + "é" + hash.slice(middle + 1),
    hash.slice(0, Math.ceil(hash.length / 2)),
    `${hash}${hash}`,
    `${hash}${separator}`,
    ` ${hash}`,
    `${hash}\n`,
    ...(parts.length > 1 ? [parts.with(last, "").join(separator), parts.with(last - 1, "").join(separator)] : []),
    ...[...hash.matchAll(/(?<=[=,$:])\d+(?=[,$:])/g)].flatMap(({ index, 0: { length } }) =>
      ["0", "-1", "1e3", "99999999999", ""].map((number) => hash.slice(0, index) + number + hash.slice(index + length)),
    ),
  ];
}

test("a damaged hash of any kind is a wrong password, and none of them an error", () => {
  for (const { made, password, hash } of texts)
    for (const damaged of damages(hash))
      expect([made, damaged, opens(password, damaged)]).toEqual([made, damaged, false]);
});

const salt = "c2FsdFNBTFRzYWx0U0FMVA";
const key = "A".repeat(43);
const firebase = (costs: string) => `$fbscrypt$v=1,${costs},ss=Bw==,sk=${key}=$${salt}==$${key}=`;
const argon2 = (costs: string) => `$argon2id$v=19$${costs}$${salt}$${key}`;

test("a hash that would take too much memory or time is refused, one step below it is known", () => {
  const bounds: [most: string, tooMuch: string][] = [
    [argon2("m=262144,t=4,p=16"), argon2("m=262145,t=1,p=1")],
    [argon2("m=262144,t=4,p=1"), argon2("m=262144,t=5,p=1")],
    [argon2("m=1024,t=20,p=1"), argon2("m=1024,t=21,p=1")],
    [argon2("m=1024,t=1,p=16"), argon2("m=1024,t=1,p=17")],
    [`$2b$15$${"a".repeat(53)}`, `$2b$16$${"a".repeat(53)}`],
    [`pbkdf2_sha256$10000000$salt$${key}=`, `pbkdf2_sha256$10000001$salt$${key}=`],
    [`$pbkdf2-sha1$i=5000000,l=32$${salt}$${key}`, `$pbkdf2-sha1$i=5000001,l=32$${salt}$${key}`],
    [`$scrypt$ln=18,r=8,p=4$${salt}$${key}`, `$scrypt$ln=18,r=9,p=1$${salt}$${key}`],
    [`$scrypt$ln=14,r=8,p=64$${salt}$${key}`, `$scrypt$ln=14,r=8,p=65$${salt}$${key}`],
    [`$scrypt$ln=16,r=32,p=1$${salt}$${key}`, `$scrypt$ln=16,r=33,p=1$${salt}$${key}`],
    [`$scrypt$ln=1,r=1024,p=2173$${salt}$${key}`, `$scrypt$ln=1,r=1024,p=2174$${salt}$${key}`],
    [firebase("n=18,r=8,p=1"), firebase("n=19,r=8,p=1")],
    [`$P$G${"a".repeat(30)}`, `$P$H${"a".repeat(30)}`],
  ];
  for (const [most, tooMuch] of bounds) {
    expect(judgeHash(most)).toHaveProperty("kind");
    expect([tooMuch, judgeHash(tooMuch)]).toEqual([tooMuch, { refused: expect.stringContaining("too much memory") }]);
  }
});

test("a hash that would take 60 GiB, or years, is a wrong password at the usual price, and allocates nothing", () => {
  const verifying = spyOn(Bun.password, "verifySync").mockReturnValue(true);
  try {
    for (const hash of [argon2("m=62914560,t=1,p=1"), `$2b$31$${"a".repeat(53)}`, firebase("n=40,r=8,p=1")])
      expect([hash, opens("Grüße, Welt 7", hash)]).toEqual([hash, false]);
    expect(verifying).not.toHaveBeenCalled();
    expect(hashing).toHaveBeenCalledTimes(3);
  } finally {
    verifying.mockRestore();
  }
});

test("a password for a hash of ours costs nothing besides", async () => {
  const ours = await createPasswords().hash("right");
  expect([opens("wrong", ours), opens("right", ours), hashing.mock.calls]).toEqual([false, true, []]);
});

test("a faulty, older or unknown kind of hash is refused, in words that do not hold the hash", () => {
  const faulty = (texts.find(({ hash }) => hash.startsWith("$2b$"))?.hash ?? "").replace("$2b$", "$2x$");
  const refused: [hash: string, why: string][] = [
    [faulty, "$2x$"],
    [`$wp${faulty}`, "$2x$"],
    ["$argon2id$v=16$m=256,t=1,p=1$c2FsdFNBTFRzYWx0U0FMVA$M+mUxcJml1cDaPdTOwHogXX/E8Q0HJ9pyAT5BEBEL08", "v=19"],
    ["$argon2i$m=256,t=1,p=1$c2FsdFNBTFRzYWx0U0FMVA$M+mUxcJml1cDaPdTOwHogXX/E8Q0HJ9pyAT5BEBEL08", "v=19"],
    ["289aaca2aa0754537eb21e38c8011f56", "a kind that Gatehouse cannot verify"], // MD5, or anything
    ["!unusable", "a kind that Gatehouse cannot verify"], // Django's for nobody
    ["", "a kind that Gatehouse cannot verify"],
    [`$pbkdf2-sha256$i=1000,l=32$${salt}$${key.slice(4)}`, "damaged"], // cut off
    [`pbkdf2_sha256$1000$${"x".repeat(1025)}$${key}=`, "damaged"],
    [`$scrypt$ln=16,r=1,p=1$${salt}$${key}`, "damaged"], // more blocks than so small ones may be
  ];
  for (const [hash, why] of refused) {
    expect([hash, judgeHash(hash)]).toEqual([hash, { refused: expect.stringContaining(why) }]);
    expect([hash, opens("Grüße, Welt 7", hash)]).toEqual([hash, false]);
  }
});

import { mutationsOf } from "./mutation";

const hash = "embedded/foreign-hash";
const sources = "embedded/foreign-sources";
const signIn = "embedded/foreign-sign-in";

/** What other programs hashed: verified as they did, and only what is bearable. */
export const ofHashes = [
  ...mutationsOf("src/guard/hash-question.ts", [
    ["  Bun.password.hashSync(password, argon2id);\n  return false;", "  return false;", hash],
    ["if (isRight || isOwnHash(hash))", "if (isRight)", hash],
  ]),
  ...mutationsOf("src/guard/password.ts", [["!isOwnHash(hash)", `!hash.startsWith("$argon2id$")`, signIn]]),
  ...mutationsOf("src/guard/foreign/argon2.ts", [
    ["memory * 1024 <= mostMemoryBytes && ", "", hash],
    ["passes <= mostPasses && ", "", hash],
    ["lanes <= mostLanes && ", "", hash],
    [" && memory * passes <= mostWork", "", hash],
    ["(?!v=19\\$)", "(?=v=19\\$)", hash],
  ]),
  ...mutationsOf("src/guard/foreign/bcrypt.ts", [
    ["if (rounds > mostCost) return tooCostly;", "", hash],
    ["[bytes.subarray(0, bytesOfBcrypt), bytes]", "[bytes]", hash],
    ["[bytes.subarray(0, bytesOfBcrypt), bytes]", "[bytes.subarray(0, bytesOfBcrypt)]", hash],
    ["const text = canonical(hash);", "const text = hash;", hash],
    ["update(phpTrim(password))", "update(password)", hash],
    [`(password) => [createHash("sha256").update(password).digest("hex")]`, "cutAndWhole", hash],
  ]),
  ...mutationsOf("src/guard/foreign/pbkdf2.ts", [
    ["if (!isAffordable) return tooCostly;", "", hash],
    ["rounds * Math.ceil(key.length / digestBytes[digest])", "rounds", hash],
    ["if (l !== undefined && wholeNumber(l) !== kept.length) return damaged;", "", hash],
  ]),
  ...mutationsOf("src/guard/foreign/scrypt.ts", [
    ["bytes <= mostMemoryBytes && ", "", hash],
    [" && bytes * p <= mostWorkBytes", "", hash],
    [" && 128 * r * (n + p + 1) <= mostBytes", "", hash],
    [" && Math.log2(n) < 16 * r", "", hash],
    [`password.normalize("NFKC")`, "password", "embedded/password"],
    [" || key.length !== signer.length", "", sources],
  ]),
  ...mutationsOf("src/guard/foreign/md5.ts", [
    ["if (roundsLog2 > mostRoundsLog2) return tooCostly;", "", hash],
    [" || (phpTrim(password) !== password && matches(phpTrim(password)))", "", hash],
  ]),
  ...mutationsOf("src/guard/foreign/recipe.ts", [
    ["key.length >= 16 && key.length <= 256", "true", hash],
    ["salt.length > 0 && salt.length <= 1024", "true", hash],
    ["made.length === kept.length && timingSafeEqual(made, kept)", "made.length === kept.length", hash],
  ]),
  ...mutationsOf("src/guard/foreign/sources.ts", [
    [`version === "1.3" ? "v=19$" : ""`, `"v=19$"`, sources],
    [`if (password && password.encoding !== "utf8")`, "if (false)", sources],
  ]),
];

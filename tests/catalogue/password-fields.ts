import { createHash } from "node:crypto";
import { fieldRow, isJson, named, type Row } from "./row";

const arabicLigature = "\ufdfa"; // grows eighteenfold under NFKC

const common = [
  "password1",
  "PASSWORD1",
  "12345678",
  "123456789",
  "qwertyuiop",
  "iloveyou1",
  "sunshine1",
  "princess1",
  "football1",
  "baseball1",
  "superman",
  "trustno1",
  "password123",
  "1q2w3e4r",
  "1qaz2wsx",
  "qwerty123",
  "letmein1",
  "aaaaaaaa",
  "        ",
  "11111111",
];

/** Passwords as people type them, for every route that asks for one. */
export const passwordRows: readonly Row[] = [
  fieldRow({
    id: "E7",
    what: "a password too short, too long, or tried first by anybody",
    kinds: ["new password"],
    values: ({ good, world }) => {
      const { email, name } = good.email ? { email: String(good.email), name: String(good.name) } : world.member;
      return {
        ...named(
          "",
          "short7!",
          "\u{1f600}\u{1f601}\u{1f602}\u{1f603}\u{1f604}\u{1f605}\u{1f606}",
          "        ",
          "gatehouse1",
          "Gatehouse!!!",
          "gatehousegatehouse",
          email,
          email.toUpperCase(),
          `${name.replaceAll(/\W|\d/g, "")}1`,
          ...common,
        ),
        "129 letters": "xy".repeat(65).slice(1),
        "129 emoji": "\u{1f600}\u{1f601}".repeat(65).slice(2),
        1024: "xy".repeat(512),
        1025: "xy".repeat(513),
      };
    },
  }),
  fieldRow({
    id: "E7",
    what: "a password that nobody can have",
    kinds: ["password"],
    values: () => ({
      "": "",
      "129 letters": "xy".repeat(65).slice(1),
      "129 emoji": "\u{1f600}\u{1f601}".repeat(65).slice(2),
      1025: "xy".repeat(513),
    }),
  }),
  fieldRow({
    id: "E8",
    what: "nearly the password",
    kinds: ["password"],
    // A proof is a sign-in behind the same door: a few of them are enough there.
    values: ({ route, world: { member } }) =>
      Object.fromEntries(Object.entries(nearly(member.password)).slice(0, route.act === "proof" ? 3 : undefined)),
    right: (route) => (isJson(route) ? 401 : 422),
    more: () => ({ hashes: true }),
  }),
  fieldRow({
    id: "E9",
    what: "a password that grows when it is normalised",
    kinds: ["password", "new password"],
    values: ({ route }) => ({
      "most of 64 KB": arabicLigature.repeat(isJson(route) ? 20_000 : 7000),
      "129": arabicLigature.repeat(129),
      "10 MB": arabicLigature.repeat(isJson(route) ? 3_500_000 : 1_200_000),
    }),
  }),
];

/** What some hash, or some folding of Unicode, would take for the same password. */
function nearly(password: string): Record<string, string> {
  const first72 = Buffer.from(password).subarray(0, 72).toString();
  const digest = createHash("sha256").update(password);
  return {
    "a NUL after it": `${password}\0`,
    "a NUL and more": `${password}\0x`,
    "a space after it": `${password} `,
    "a space before it": ` ${password}`,
    "a line end after it": `${password}\n`,
    "lower case": password.toLowerCase(),
    NFD: password.normalize("NFD"),
    NFKC: password.normalize("NFKC"),
    "without accents": password.normalize("NFD").replaceAll(/\p{Mn}/gu, ""),
    "its first 72 bytes": first72,
    "other after 72 bytes": `${first72}xxxx`,
    "without its last letter": password.slice(0, -1),
    "its SHA-256, as bytes": digest.copy().digest("latin1"),
    "its SHA-256": digest.copy().digest("hex"),
  };
}

import { createHash } from "node:crypto";
import { fieldRow, isJson, named, type Row } from "./row";

const bidi = "\u202e";
const arabicLigature = "\ufdfa"; // grows eighteenfold under NFKC

const around = (email: string) =>
  named(
    ` ${email}`,
    `${email} `,
    `\t${email}`,
    `${email}\n`,
    `${email}.`,
    email.replace("@", "@."),
    email.replace("@", " @"),
    `\u00a0${email}`,
  );

const lookalikes = (email: string) =>
  named(
    `\uff41${email.slice(1)}`,
    email.replace("@", "\uff20"),
    email.replace("a", "\u0430"),
    email.replace("example", "e\u212aample"),
    email.replace("@", "\u200b@"),
    `\u200f${email}`,
    `${email}\u0301`,
    email.replace("example", "ex\u0430mple"),
    email.replace(".org", "\u3002org"),
    `${bidi}${email}`,
    `\ufeff${email}`,
    email.replace("o", "\u24de"),
    email.replace("l", "\u217c"),
  );

const emailRows: Row[] = [
  fieldRow({
    id: "E1",
    what: "space around an address, or a dot around its host",
    kinds: ["email"],
    values: ({ world }) => around(world.member.email),
  }),
  fieldRow({
    id: "E2",
    what: "letters that look like others",
    kinds: ["email"],
    values: ({ world }) => lookalikes(world.member.email),
  }),
  fieldRow({
    id: "E3",
    what: "a host with letters beyond ASCII",
    kinds: ["email"],
    values: () =>
      named("ada@m\u00fcnchen.de", "ada@\u4f8b\u3048.jp", "ada@xn--m\u00fcnchen.de", "\u00e4da@example.org"),
  }),
  fieldRow({
    id: "E4",
    what: "several recipients, or none that is on the internet",
    kinds: ["email"],
    values: () =>
      named(
        "a@b.org,c@d.org",
        "a@b.org;c@d.org",
        "a@b.org c@d.org",
        "a@b.org\r\nBcc: x@y.org",
        "a@b.org\nx",
        "a@b.org%0d%0aBcc:x@y.org",
        '"a b"@c.de',
        '"a@b.org"@c.de',
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@b",
        "a@localhost",
        "<a@b.org>",
        "Ada <a@b.org>",
        "a@b.org>",
        "@b.org",
        "a@",
        "a",
        "a@@b.org",
        "a@b..org",
        "a@-b.org",
        "a@b-.org",
        "a@b_c.org",
        "a@b.1",
        "a@b.org\0",
        "a(x)@b.org",
        "mailto:a@b.org",
        "a@b.org?bcc=x@y.org",
        "<script>alert(1)</script>@b.org",
        "'\"><img src=x onerror=alert(1)>@b.org",
        "a'or'1'='1",
        "a\\@b.org",
      ),
  }),
  fieldRow({
    id: "E5",
    what: "an address too long",
    kinds: ["email"],
    values: () => ({
      "local part of 65": `${"a".repeat(65)}@example.org`,
      "local part of 400": `${"a".repeat(400)}@example.org`,
      "255 in all": `a@${"b.".repeat(125)}de`.padStart(255, "a"),
      "label of 64": `a@${"b".repeat(64)}.org`,
      "60 KB": `${"a".repeat(60_000)}@example.org`,
      "many dots": `a@${"a.".repeat(25_000)}`,
      "many parts": `${"a.".repeat(25_000)}@b.org`,
      "1 MB": `${"a".repeat(1_000_000)}@example.org`,
    }),
  }),
  fieldRow({
    id: "E6",
    what: "a name that is none, too long, or more than a line",
    kinds: ["name"],
    values: () => ({
      ...named(
        "",
        " ",
        "\t",
        "a\r\nb",
        "a\nb",
        "a\0b",
        "\u001b[31mred",
        `${bidi}evil`,
        "a\u2066b",
        "a\u2028b",
        "\u200b",
        "\u200b \ufeff",
        "\u00ad",
        "\u3164",
        "\u0085",
        "\u007f",
        "\u200fx",
      ),
      "101 letters": "x".repeat(101),
      "101 emoji": "\u{1f600}".repeat(101),
      "60 KB": "x".repeat(60_000),
      "1 MB": "x".repeat(1_000_000),
      ...named(`<script>alert(1)</script>${"x".repeat(90)}`),
    }),
  }),
];

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

const passwordRows: Row[] = [
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

/** What people type, for every route that asks for it. */
export const fieldRows: readonly Row[] = [...emailRows, ...passwordRows];

import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** What Better Auth's API takes from a program, and what it refuses. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

/** Posts JSON to Better Auth's API as one of its clients does. */
const call = (visitor: Visitor, path: string, body: unknown, headers: Record<string, string> = {}) =>
  visitor.send(`/api/auth${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { origin: visitor.origin, "content-type": "application/json", ...headers },
  });

test("Better Auth's API: holds names, addresses, passwords and pictures to the same rules as the pages", async () => {
  const before = await gatehouse.rows(`select id from "user"`);
  const refused: [code: string, change: object][] = [
    ["NAME_MISSING", { name: null }],
    ["NAME_MISSING", { name: {} }],
    ["NAME_UNPRINTABLE", { name: "a\u0000b" }],
    ["NAME_TOO_LONG", { name: "x".repeat(50_000) }],
    ["EMAIL_MISSING", { email: { $ne: 1 } }],
    ["EMAIL_MALFORMED", { email: "ａ@example.org" }],
    ["PASSWORD_TOO_SHORT", { password: "short7!" }],
    ["PASSWORD_MISSING", { password: ["correct horse battery"] }],
    ["PASSWORD_COMMON", { password: "password1" }],
    ["PASSWORD_WEAK", { password: "Passwort2026!" }],
    ["PASSWORD_PATTERN", { password: "1234567890123456" }],
    ["PASSWORD_TOO_LONG", { password: "\uFDFA".repeat(20_000) }],
    ["PASSWORD_TOO_LONG", { password: "half a character \uD800" }],
    ["IMAGE_MALFORMED", { image: "javascript:alert(1)" }],
    ["IMAGE_MALFORMED", { image: "data:text/html,x" }],
    ["IMAGE_MALFORMED", { image: 1 }],
    ...["\0x", "\ud800", "\u0001", "\u202e", " x", '"><b>', "\\x"].map((part): [string, object] => [
      "IMAGE_MALFORMED",
      { image: `https://a.example/${part}` },
    ]),
    ...["\0https://a.example/x", "https:a.example/x", "https:/a", "https:\\\\a.example"].map(
      (image): [string, object] => ["IMAGE_MALFORMED", { image }],
    ),
  ];
  for (const [code, change] of refused) {
    const got = await call(gatehouse.visitor(), "/sign-up/email", { ...newPerson(), ...change });
    expect([change, got.status, JSON.parse(got.text).code]).toEqual([change, 400, code]);
  }
  expect(await gatehouse.rows(`select id from "user"`)).toEqual(before);
});

test("Better Auth's API: an empty or endless password is answered alike for any address, unhashed", async () => {
  const known = newPerson();
  await gatehouse.visitor().signUp(known);
  for (const password of ["", null, {}, "x".repeat(129)]) {
    const answers = await Promise.all(
      [known.email, "nobody@example.org"].map((email) =>
        call(gatehouse.visitor(), "/sign-in/email", { email, password }),
      ),
    );
    const [a, b] = answers.map(({ status, text }) => [status, text]);
    expect(a?.[0]).toBe(400);
    expect(b).toEqual(a);
  }
});

test("Better Auth's API: repeats a callbackURL as a browser reads it, and a bad one makes no session", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  const sessions = () => gatehouse.rows("select id from session");
  const before = await sessions();
  const hostile = [
    "https://docs.example.com\\@evil.example",
    "http://localhost:3000\\@evil.example",
    "/.//evil.example",
    "/x/../..//evil.example",
    "http://ⓛocalhost:3000",
    "https://docs.example.com/\r\nx: y",
    "/a\u0000b",
    `/${"a".repeat(50_000)}`,
    "//evil.example",
    "javascript:alert(1)",
    1,
    {},
    null,
  ];
  for (const callbackURL of hostile) {
    const got = await call(gatehouse.visitor(), "/sign-in/email", { ...person, callbackURL });
    expect([callbackURL, got.status >= 400 && got.status < 500, got.headers.get("location")]).toEqual([
      callbackURL,
      true,
      null,
    ]);
  }
  expect(await sessions()).toEqual(before);
  const good = await call(gatehouse.visitor(), "/sign-in/email", { ...person, callbackURL: "/Āx" });
  expect([good.status, good.headers.get("location")]).toEqual([200, "/%C4%80x"]);
});

test("Better Auth's API: keeps what it checked: a name without the space around it", async () => {
  const person = newPerson();
  await call(gatehouse.visitor(), "/sign-up/email", { ...person, name: "   Ada   " });
  expect(await gatehouse.rows(`select name from "user" where email = $1`, [person.email])).toEqual([{ name: "Ada" }]);
});

test("Better Auth's API: lets nobody set what is not theirs to set", async () => {
  const person = newPerson();
  const extra = {
    id: "chosen",
    emailVerified: true,
    role: "admin",
    banned: false,
    createdAt: "2001-01-01",
    userId: "x",
    __proto__: { a: 1 },
  };
  await call(gatehouse.visitor(), "/sign-up/email", { ...person, ...extra });
  const rows = await gatehouse.rows<{ created_at: Date } & Record<string, unknown>>(
    `select id, name, email, image, email_verified, created_at from "user" where email = $1`,
    [person.email],
  );
  const { name, email } = person;
  const [made] = rows;
  expect(rows).toEqual([
    {
      id: expect.stringMatching(/^\w{32}$/),
      name,
      email,
      image: null,
      email_verified: false,
      created_at: expect.any(Date),
    },
  ]);
  expect(Math.abs(Date.now() - Number(made?.created_at))).toBeLessThan(60_000);
});

const malformed = [
  "",
  "{",
  "[]",
  "null",
  `"x"`,
  "1",
  "true",
  `{"email":1}`,
  `{"email":"a@example.org"}`,
  "[".repeat(30_000),
  `{"a":`.repeat(10_000),
  `\uFEFF{}`,
];

for (const body of malformed)
  test(`Better Auth's API: answers ${JSON.stringify(body.slice(0, 24))} with a clear refusal`, async () => {
    for (const path of ["/sign-in/email", "/sign-up/email"]) {
      const visitor = gatehouse.visitor();
      const got = await visitor.send(`/api/auth${path}`, {
        method: "POST",
        body,
        headers: { origin: visitor.origin, "content-type": "application/json" },
      });
      expect(got.status).toBeGreaterThanOrEqual(400);
      expect(got.status).toBeLessThan(500);
      expect(got.text).not.toBe("");
    }
  });

test("Better Auth's API: takes no other media type", async () => {
  for (const type of [
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/xml",
    "text/plain; application/json",
  ]) {
    const got = await call(gatehouse.visitor(), "/sign-in/email", newPerson(), { "content-type": type });
    expect([type, got.status]).toEqual([type, 415]);
  }
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ BRAND_NAME: "Lighthouse Labs" });
});
afterAll(() => gatehouse.close());

const accountsOf = (email: string) =>
  gatehouse.rows<{ name: string; password: string; email_verified: boolean }>(
    `select u.name, u.email_verified, a.password from "user" u join account a on a.user_id = u.id where u.email = $1`,
    [email],
  );

test("signing up: makes one account, with a password nobody can read", async () => {
  const person = newPerson();
  const got = await gatehouse.visitor().signUp({ ...person, email: person.email.toUpperCase() });
  expect(got.status).toBe(303);
  expect(got.location).toBe("/verify-email");
  const [account, ...others] = await accountsOf(person.email);
  expect(others).toEqual([]);
  expect(account?.name).toBe(person.name);
  expect(account?.email_verified).toBe(false);
  expect(account?.password).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
});

test("signing up: answers the same for an address that has an account, and changes nothing about it", async () => {
  const person = newPerson();
  const first = await gatehouse.visitor().signUp(person);
  const before = await accountsOf(person.email);
  const second = await gatehouse.visitor().signUp({ ...person, name: "Mallory", password: "another long password" });
  expect([second.status, second.location, second.text]).toEqual([first.status, first.location, first.text]);
  expect([...second.headers.keys()]).toEqual([...first.headers.keys()]);
  expect(await accountsOf(person.email)).toEqual(before);
});

test("signing up: many at once for one address make one account, and nobody can tell which was first", async () => {
  const person = newPerson();
  const spellings = Array.from({ length: 15 }, (_, i) => (i % 2 ? person.email : person.email.toUpperCase()));
  const answers = await Promise.all(
    spellings.map((email) => gatehouse.visitor().post("/sign-up", { ...person, email })),
  );
  const seen = new Set(answers.map(({ status, location, text }) => JSON.stringify([status, location, text])));
  expect([...seen]).toEqual([JSON.stringify([303, "/verify-email", ""])]);
  expect(await accountsOf(person.email)).toHaveLength(1);
  expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
});

const refused: [what: string, change: Record<string, string>, field: string, words: string][] = [
  ["no name", { name: "" }, "name", "Enter your name."],
  ["a name of spaces", { name: "   " }, "name", "Enter your name."],
  ["a name nobody can see", { name: "\u200B\u3164 \u2060" }, "name", "Enter your name."],
  ["a name of 101 characters", { name: "é".repeat(101) }, "name", "Use 100 characters or fewer."],
  [
    "a name with a line break",
    { name: "Ada\r\nBcc: x@example.org" },
    "name",
    "Leave out line breaks and invisible characters.",
  ],
  ["a name with NUL", { name: "Ada\0" }, "name", "Leave out line breaks and invisible characters."],
  [
    "a name that turns the text around",
    { name: "Ada\u202Ecod.exe" },
    "name",
    "Leave out line breaks and invisible characters.",
  ],
  ["no address", { email: "" }, "email", "Enter your email address."],
  ["a password of 7 characters", { password: "short7!" }, "password", "Use 8 characters or more."],
  ["a password of 129 characters", { password: "Aé".repeat(64) + "b" }, "password", "Use 128 characters or fewer."],
  ["a common password", { password: "Baseball" }, "password", "on lists of leaked passwords"],
  ["one character repeated", { password: "        " }, "password", "Repeated characters"],
  [
    "the own address as password",
    { email: "grace.hopper@example.org", password: "Grace.Hopper@example.org" },
    "password",
    "too similar to your name",
  ],
  [
    "the own name as password",
    { name: "Grace Hopper", password: "gracehopper1906!" },
    "password",
    "too similar to your name",
  ],
  ["the product's name as password", { password: "LighthouseLabs2026" }, "password", "too similar to your name"],
];

for (const [what, change, field, words] of refused)
  test(`signing up: refuses ${what}, next to the field, and makes no account`, async () => {
    const person = { ...newPerson(), ...change };
    const got = await gatehouse.visitor().post("/sign-up", person);
    expect(got.status).toBe(422);
    const input = got.page.querySelector(`#${field}`);
    expect(input?.getAttribute("aria-invalid")).toBe("true");
    expect(got.page.querySelector(`#${input?.getAttribute("aria-describedby")}`)?.text).toContain(words);
    expect(got.text).not.toContain(person.password === "        " ? 'value="        "' : person.password + '"');
    expect(await accountsOf(person.email.toLowerCase())).toEqual([]);
  });

const badAddresses = [
  "plain",
  "a@b",
  "@example.org",
  "a@",
  "a b@example.org",
  " a@example.org",
  "a@example.org ",
  "a@example.org.",
  "a@b@example.org",
  "a@b,c@d.example",
  "a@example.org\r\nBcc:x@y.example",
  '"a b"@example.org',
  "a@[127.0.0.1]",
  "a@127.0.0.1",
  "a@exa_mple.org",
  "a@-example.org",
  "ａ@example.org",
  "a＠example.org",
  "а@example.org",
  "a@example.org\u200B",
  "a@münchen.example",
  "a\0@example.org",
  `${"a".repeat(65)}@example.org`,
  `a@${"b".repeat(250)}.org`,
  `${"a".repeat(60_000)}@example.org`,
];

for (const email of badAddresses)
  test(`signing up: refuses the address ${JSON.stringify(email.slice(0, 40))}`, async () => {
    const count = () => gatehouse.rows(`select count(*)::int as people from "user"`);
    const before = await count();
    const got = await gatehouse.visitor().post("/sign-up", { ...newPerson(), email });
    expect(got.status).toBe(422);
    expect(got.page.querySelector("#email")?.getAttribute("aria-invalid")).toBe("true");
    expect(await count()).toEqual(before);
  });

test("signing up: takes every password from 8 to 128 characters, counted as people count", async () => {
  const longest = "the quick brown fox jumps over the lazy dog and then ".repeat(3).slice(0, 128);
  for (const password of ["8 chars!", longest, "🔑🗝️ émoji ключ", `${longest.slice(0, 63)}${"🔐".repeat(65)}`]) {
    const visitor = gatehouse.visitor();
    const person = { ...newPerson(), password };
    expect((await visitor.signUp(person)).status).toBe(303);
    expect((await visitor.signIn(person)).status).toBe(303);
  }
});

test("signing up: leaves no half account behind when the second row cannot be written", async () => {
  const broken = await startGatehouse();
  const person = newPerson();
  await broken.rows("alter table account rename to account_away");
  const got = await broken.visitor().signUp(person);
  expect(got.status).toBeGreaterThanOrEqual(500);
  expect(await broken.rows(`select id from "user"`)).toEqual([]);
  await broken.rows("alter table account_away rename to account");
  expect((await broken.visitor().signUp(person)).status).toBe(303);
  expect((await broken.visitor().signIn(person)).status).toBe(303);
});

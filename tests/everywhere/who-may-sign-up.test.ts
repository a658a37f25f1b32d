import { afterAll, beforeAll, expect, test } from "bun:test";
import { mayMakeAccount } from "../../src/account/who-may-sign-up";
import { capabilities } from "../../src/capabilities/index";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Person } from "../support/harness";
import { sameBrowser } from "../support/kept";
import { codeIn, linkIn } from "../support/mails";
import { patiently } from "../support/patience";

/** One database, on which a Gatehouse of each kind is started. */
let database: TestDatabase;
let open: Gatehouse, some: Gatehouse, invited: Gatehouse, closed: Gatehouse;
beforeAll(async () => {
  database = await newTestDatabase();
  const start = (settings: Record<string, string>) => startGatehouse(settings, database, capabilities);
  open = await start({});
  some = await start({ GATEHOUSE_SIGN_UP_DOMAINS: "example.com,*.example.net" });
  invited = await start({ GATEHOUSE_SIGN_UP: "invited" });
  closed = await start({ GATEHOUSE_SIGN_UP: "closed", GATEHOUSE_LANGUAGES: "de,en" });
});
afterAll(async () => {
  for (const each of [some, invited, closed]) await each.live.stop();
  await open.close();
});

type House = Pick<Gatehouse, "origin" | "visitor">;

/** Every way to sign up, as a visitor of a Gatehouse goes it. */
const ways = {
  page: (gatehouse: House, person: Person) => gatehouse.visitor().post("/sign-up", { ...person }),
  api: (gatehouse: House, person: Person) =>
    gatehouse.visitor().send("/api/auth/sign-up/email", {
      method: "POST",
      body: JSON.stringify(person),
      headers: { origin: gatehouse.origin, "content-type": "application/json" },
    }),
  passkey: (gatehouse: House, { name, email }: Person) => gatehouse.visitor().post("/sign-up/passkey", { name, email }),
};

const at = (domain: string): Person => {
  const person = newPerson();
  return { ...person, email: person.email.replace(/@.*/, `@${domain}`) };
};
const rowsOf = async (email: string) => (await open.rows(`select 1 from "user" where email = $1`, [email])).length;

/** The mails to an address, whichever of them sent it. */
async function mailsTo(address: string) {
  const all = [];
  for (const each of [open, some, invited, closed]) all.push(...(await each.mailsTo(address)));
  return all;
}

/** All of an answer that could tell one address from another. */
const shape = ({ status, headers, text, location }: Got, { email, name }: Person) => ({
  ...{ status, location },
  cookies: headers.getSetCookie().map((line) => line.split("=")[0]),
  names: [...headers.keys()].sort(),
  text: text
    .replaceAll(email, "EMAIL")
    .replaceAll(name, "NAME")
    .replace(/"id":"[^"]*"|"(createdAt|updatedAt)":"[^"]*"/g, ""),
});

/** How many passwords a Gatehouse has hashed so far. */
const hashes = async ({ metrics }: Gatehouse) => (await metrics.read()).gatehouse_hash_duration_seconds?._count ?? 0;

test("a domain on the list is that domain alone, and one with a star all below it", () => {
  const may = (email: string) =>
    mayMakeAccount(email, { config: { signUp: { who: "open", domains: ["example.com", "*.example.net"] } } });
  expect(["a@example.com", "a@b.example.net", "a@b.c.example.net"].map(may)).toEqual([true, true, true]);
  const others = [
    "a@b.example.com",
    "a@notexample.com",
    "a@example.com.example.org",
    "a@example.net",
    "a@bexample.net",
  ];
  expect(others.filter(may)).toEqual([]);
});

test("nobody makes an account without an invitation where only the invited may, or nobody", () => {
  for (const who of ["invited", "closed"] as const)
    expect([who, mayMakeAccount("a@example.com", { config: { signUp: { who, domains: [] } } })]).toEqual([who, false]);
});

const all = Object.entries(ways);

test.each(all)(
  "sign-up by %s makes an account where it is open, and where the domain is on the list",
  async (_, signUp) => {
    for (const [gatehouse, domain] of [
      [open, "example.org"],
      [some, "a.b.example.net"],
    ] as const) {
      const person = at(domain);
      await signUp(gatehouse, person);
      expect(await rowsOf(person.email)).toBe(1);
      expect((await mailsTo(person.email)).length).toBe(1);
    }
  },
);

test.each(all)(
  "sign-up by %s answers another domain as a known address: no row, no mail, and a hash all the same",
  async (name, signUp) => {
    const known = at("example.com");
    await ways.page(some, known);
    const once: House = { origin: some.origin, visitor: () => some.visitor().impatient() };
    const askedOnce = async (person: Person) => {
      const before = await hashes(some);
      const answer = shape(await signUp(once, person), person);
      return { ...answer, hashed: (await hashes(some)) - before };
    };
    const person = at("example.org");
    const { last: answer } = await patiently(() => askedOnce(known));
    expect((await patiently(() => askedOnce(person))).last).toEqual(answer);
    expect(await rowsOf(person.email)).toBe(0);
    expect(await mailsTo(person.email)).toEqual([]);
    if (name !== "passkey") expect(answer.hashed).toBeGreaterThan(0);
  },
);

test.each(all)(
  "sign-up by %s answers everybody the same where it is closed, with an account or an invitation or none",
  async (name, signUp) => {
    const [known, guest, stranger] = [at("example.org"), at("example.org"), at("example.org")];
    await ways.page(open, known);
    await open.rows(`insert into gatehouse.invitation (email, language, by, expires_at)
    values ('${guest.email}', 'en', 'operator', now() + interval '1 day')`);
    for (const gatehouse of [invited, closed]) {
      const answers = [];
      for (const person of [known, guest, stranger]) answers.push(shape(await signUp(gatehouse, person), person));
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      expect(answers[0]?.status).toBe(name === "api" ? 400 : 403);
      expect(await rowsOf(guest.email)).toBe(0);
      expect(await mailsTo(guest.email)).toEqual([]);
    }
  },
);

test("where it is closed the page says so and leads to sign-in, and no other page leads there", async () => {
  const visitor = closed.visitor();
  for (const path of ["/sign-up", "/sign-up/passkey"]) {
    const page = await visitor.get(`${path}?return_to=/account/email`);
    expect(page.page.querySelector("h1")?.text).toBe("Die Registrierung ist geschlossen");
    expect(page.page.querySelector("#content a")?.getAttribute("href")).toBe("/sign-in?return_to=%2Faccount%2Femail");
    expect(page.page.querySelector("form")).toBeNull();
    const sent = await visitor.post(path, { ...at("example.org") }); // with a form from before it was closed
    expect([sent.status, sent.page.querySelector("h1")?.text]).toEqual([403, "Die Registrierung ist geschlossen"]);
  }
  expect((await visitor.get("/sign-in")).text).not.toContain("/sign-up");
  expect((await visitor.get("/verify-email")).text).not.toContain("/sign-up");
  const page = await invited.visitor().get("/sign-up");
  expect(page.page.querySelector("h1")?.text).toBe("By invitation only");
  expect((await invited.visitor().get("/sign-in")).text).toContain("/sign-up");
});

test("with a list of domains the page says before anything is typed that there is one", async () => {
  const sentence = "email addresses of certain organizations";
  expect((await some.visitor().get("/sign-up")).text).toContain(sentence);
  expect((await some.visitor().get("/sign-up/passkey")).text).toContain(sentence);
  expect((await open.visitor().get("/sign-up")).text).not.toContain(sentence);
});

test("with a list of domains nobody has a session with an address that was only typed", async () => {
  const [visitor, person] = [some.visitor(), at("example.com")];
  await visitor.submit(await visitor.get("/sign-up"), { ...person });
  const arrived = await visitor.signIn(person);
  expect(arrived.location).toBe("/verify-email");
  expect((await visitor.get("/api/session")).status).toBe(401);
  const code = codeIn((await mailsTo(person.email))[0]?.text ?? "");
  await visitor.submit(await visitor.get("/verify-email"), { code });
  expect((await visitor.get("/api/session")).status).toBe(200);
});

test("an address is not changed to one of another domain, and the form says why", async () => {
  const visitor = some.visitor();
  const person = at("example.com");
  await visitor.submit(await visitor.get("/sign-up"), { ...person });
  await open.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await visitor.signIn(person);
  const form = await visitor.get("/account/email");
  const elsewhere = at("example.org").email;
  const refused = await visitor.submit(form, { email: elsewhere });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("certain organizations");
  expect(await mailsTo(elsewhere)).toEqual([]);
  const asked = await visitor.submit(form, { email: at("mail.example.net").email });
  expect(asked.location).toBe("/account/email?notice=email_change_asked");
});

test("an address asked for before the list of domains was there is not confirmed any more", async () => {
  const visitor = open.visitor();
  const person = await visitor.join();
  const { email } = at("example.org");
  await visitor.submit(await visitor.get("/account/email"), { email });
  const link = linkIn((await mailsTo(email))[0]?.text ?? "", "/confirm-email");
  const later = sameBrowser(some, visitor);
  const refused = await later.submit(await later.get(link), {});
  expect([refused.status, refused.page.querySelector("h1")?.text]).toEqual([404, "This link no longer works"]);
  expect([await rowsOf(person.email), await rowsOf(email)]).toEqual([1, 0]);
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { codeIn, linkIn } from "../browser/inbox";
import { newPerson } from "../harness";
import { startPostgres, type PostgresServer } from "../postgres/server";
import { startProgram, type Program } from "../program";
import { headerOf, headersOf, partOf, startMailServer, type Conduct, type KeptMail, type MailServer } from "./mail-server";
import { rounds } from "./rounds";
import { startWire } from "./tcp-proxy";
import { manyClients, send, type Answer } from "./traffic";

/** Mails and the mail servers of the world: what is asked for arrives, once, at one address, and nobody waits for it. */

const minutes = 60 * 1000;
const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";

/** A Gatehouse with a database and a mail server of its own. */
interface House {
  program: Program;
  database: string;
  server: MailServer;
}

let postgres: PostgresServer;
const toRemove: { remove(): Promise<void> }[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await Promise.all(toRemove.map((thing) => thing.remove()));
  await postgres.remove();
});

const settingsFor = (database: string) => ({ ...manyClients, BETTER_AUTH_SECRET: secret, DATABASE_URL: postgres.url(database), MAIL_FROM: "Acme <login@example.com>", BRAND_NAME: "Acme" });

async function startHouse(more: Record<string, string> = {}): Promise<House> {
  const [database, server] = await Promise.all([postgres.createDatabase(), startMailServer()]);
  const program = await startProgram({ ...settingsFor(database), SMTP_URL: server.url, ...more });
  toRemove.push(program, server);
  return { program, database, server };
}

/** Asks again and again, until it is so; says what it waited for when it never was. */
async function until(what: string, isSo: () => boolean | Promise<boolean>, everyMilliseconds = 5) {
  const deadline = Date.now() + 2 * minutes;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Two minutes went by, and it never was so that ${what}.`);
    await Bun.sleep(everyMilliseconds);
  }
}

async function untilSent(database: string) {
  const waiting = () => postgres.query(database, "select id from gatehouse.outbox limit 1");
  await until("the outbox is empty", async () => (await waiting()).length === 0, 100);
}

let members = 0;

/** People with an account and no password, as another app may have left them; and their addresses. */
async function addMembers(database: string, count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, () => `u${++members}@example.org`);
  await postgres.query(database, `insert into "user" (id, name, email) select email, 'A Member', email from unnest($1::text[]) email`, [emails]);
  return emails;
}

const fillOutbox = (database: string, emails: string[]) =>
  postgres.query(database, "insert into gatehouse.outbox (kind, recipient, language) select 'reset', email, 'en' from unnest($1::text[]) email", [emails]);

const mailsTo = ({ mails }: MailServer, email: string) => mails.filter(({ to }) => to.includes(email));
const idsOf = (mails: KeptMail[]) => new Set(mails.map(({ messageId }) => messageId));
const tokenIn = ({ raw }: KeptMail) => /\?token=([\w-]{43})\s/.exec(partOf(raw, "text/plain"))?.[1];

/** Signs up, and gives the mail that arrives. */
async function signUp({ program, server, database }: House, person = newPerson()): Promise<KeptMail> {
  expect((await send(program, "POST /sign-up", { fields: { ...person } })).location).toBe("/verify-email");
  await untilSent(database);
  const [mail, ...more] = mailsTo(server, person.email);
  if (!mail || more.length > 0) throw new Error(`${more.length + (mail ? 1 : 0)} mails arrived instead of one.`);
  return mail;
}

describe("a mail", () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });

  test("goes to one recipient, from whom the settings say, with the same link and code in text and HTML, and nothing to load", async () => {
    const person = newPerson();
    const { from, to, raw } = await signUp(house, person);
    expect([from, to]).toEqual(["login@example.com", [person.email]]);
    const [text, html] = [partOf(raw, "text/plain"), partOf(raw, "text/html")];
    const [code, link] = [codeIn(text), house.program.origin + linkIn(text, "/verify-email")];
    expect([code, link]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/\?token=[\w-]{43}$/)]);
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
    expect(html).toContain(`>${spaced}<`);
    expect(html).toContain(`href="${link}"`);
    expect(html).not.toMatch(/<img|<link|<script|\bsrc=|url\(|@import/i);
    const named = (name: string) => headersOf(raw).filter(([known]) => known === name).map(([, value]) => value);
    const said = ["from", "to", "cc", "bcc", "subject", "auto-submitted"].flatMap(named);
    expect(said).toEqual(["Acme <login@example.com>", person.email, `Acme: your code is ${spaced}`, "auto-generated"]);
    expect((await send(house.program, "POST /verify-email", { fields: { email: person.email, code } })).location).toBe("/sign-in?notice=email_verified");
  });

  test("goes to the one address it was asked for, whatever characters that is made of", async () => {
    const hostile = ["o'brien+tag%x@example.org", "a{b}|c~d@example.org", "=?utf-8?q?x?=@example.org", "!#$%&'*+/=?^_`{|}~-@example.org", `${"a".repeat(64)}@example.org`];
    await postgres.query(house.database, `insert into "user" (id, name, email) select email, 'A Member', email from unnest($1::text[]) email`, [hostile]);
    const before = house.server.mails.length;
    for (const email of hostile) expect((await send(house.program, "POST /forgot-password", { fields: { email } })).status).toBe(303);
    await untilSent(house.database);
    const arrived = house.server.mails.slice(before);
    expect(arrived.map(({ to }) => to).sort()).toEqual(hostile.map((email) => [email]).sort());
    expect(arrived.map(({ raw }) => headerOf(raw, "to")).sort()).toEqual([...hostile].sort());
    expect((await signUp(house, { ...newPerson(), email: "o'brien+tag@example.org" })).to).toEqual(["o'brien+tag@example.org"]);
  });

  test("does not carry the name that a stranger typed, and no header of theirs", async () => {
    const plain = await signUp(house);
    for (const name of [`"><script>alert(1)</script>`, "=?utf-8?q?x?=", "Bcc: eve@example.org", "%0d%0aBcc: eve@example.org"]) {
      const { to, raw } = await signUp(house, { ...newPerson(), name });
      expect(to).toHaveLength(1);
      for (const shown of [raw, partOf(raw, "text/plain"), partOf(raw, "text/html")]) for (const word of [name, "alert(1)", "eve@"]) expect(shown).not.toContain(word);
      expect(headersOf(raw).map(([header]) => header)).toEqual(headersOf(plain.raw).map(([header]) => header));
    }
    const refused = await send(house.program, "POST /sign-up", { fields: { ...newPerson(), name: "Ada\r\nBcc: eve@example.org" } });
    expect(refused.status).toBe(422);
  });
});

/** What people ask for that sends a mail: three ways, some times; with the addresses to which one must come. */
async function ask({ program, database }: House, times: number) {
  const answers: Answer[] = [];
  const people = Array.from({ length: times }, newPerson);
  const known = await addMembers(database, times);
  for (const person of people) answers.push(await send(program, "POST /sign-up", { fields: { ...person } }));
  for (const email of known) answers.push(await send(program, "POST /forgot-password", { fields: { email } }));
  for (const email of known) answers.push(await send(program, "POST /forgot-password", { fields: { email: `nobody-${email}` } }));
  return { answers, signedUp: people.map(({ email }) => email), known };
}

const kindsOf = (answers: Answer[]) => [...new Set(answers.map(({ what, status, location }) => `${what}: ${status} ${location}`))];

const slowestOf = (answers: Answer[]) => Math.max(...answers.map(({ milliseconds }) => milliseconds));

/** The medians of what was asked, in milliseconds. */
const mediansOf = (answers: Answer[]) =>
  ["POST /sign-up", "POST /forgot-password"].map((asked) => {
    const sorted = answers.filter(({ what }) => what === asked).map(({ milliseconds }) => Math.round(milliseconds)).sort((a, b) => a - b);
    return `${asked} ${sorted[sorted.length >> 1]}`;
  });

/** Holds every mail to the promise: one to each, by its id, with one link, which works. Gives how often one came again. */
async function expectOneEach({ program, server }: House, { signedUp, known }: { signedUp: string[]; known: string[] }): Promise<number> {
  let copies = 0;
  for (const email of [...signedUp, ...known]) {
    const arrived = mailsTo(server, email);
    const tokens = new Set(arrived.map(tokenIn));
    expect([email, idsOf(arrived).size, tokens.size]).toEqual([email, 1, 1]);
    expect(arrived.every(({ to }) => to.length === 1)).toBe(true);
    copies += arrived.length - 1;
    const [token = ""] = tokens;
    if (signedUp.includes(email)) expect((await send(program, "POST /verify-email", { fields: { token } })).status).toBe(303);
    else expect((await send(program, `GET /reset-password?token=${token}`)).status).toBe(200);
  }
  return copies;
}

describe("a mail server that fails", () => {
  const failing: Conduct[] = ["is stopped", "refuses", "defers", "is silent", "hangs", "cuts off", "drops"];
  const houses = new Map<Conduct, House>();
  beforeAll(async () => {
    for (const conduct of failing) houses.set(conduct, await startHouse());
  });
  let before: Promise<unknown> = Promise.resolve();
  /** What is measured is measured alone, while the other tests wait for their mails. */
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  };

  for (const conduct of failing)
    test.concurrent(`one that ${conduct} changes no answer and slows none down; when it accepts again, every mail arrives as one`, async () => {
      const house = houses.get(conduct);
      if (!house) throw new Error("There is no such house.");
      const { usual, meanwhile } = await alone(async () => {
        const usual = await ask(house, 2);
        await untilSent(house.database);
        await house.server.become(conduct);
        return { usual, meanwhile: await ask(house, 5) };
      });
      expect(kindsOf(meanwhile.answers)).toEqual(kindsOf(usual.answers));
      const tries = conduct === "hangs" ? rounds(1, 2) : 2;
      const tried = () => postgres.query(house.database, "select id from gatehouse.outbox where tries >= $1", [tries]);
      await until(`a mail was tried ${tries} times`, async () => (await tried()).length > 0, 100);
      await house.server.become("accepts");
      const started = performance.now();
      await untilSent(house.database);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const copies = await expectOneEach(house, meanwhile);
      console.log(`mail server ${conduct}: ${mediansOf(meanwhile.answers)} ms (accepting: ${mediansOf(usual.answers)}), slowest ${Math.round(slowestOf(meanwhile.answers))}; all there ${seconds} s after it accepts, ${copies} raw duplicates`);
      expect(slowestOf(meanwhile.answers)).toBeLessThan(500);
      if (conduct !== "drops") expect(copies).toBe(0);
    }, 3 * minutes);
});

/** Holds the mails of a whole outbox to it: none lost, none to anybody else, none twice by its id. Gives how often one came again. */
function expectAll({ mails }: MailServer, emails: string[]): number {
  const byRecipient = Map.groupBy(mails, ({ to }) => to.join());
  expect([...byRecipient.keys()].sort()).toEqual([...emails].sort());
  expect([...byRecipient.values()].filter((arrived) => idsOf(arrived).size !== 1 || new Set(arrived.map(tokenIn)).size !== 1)).toEqual([]);
  expect(idsOf(mails).size).toBe(emails.length);
  return mails.length - emails.length;
}

/** What a program logged, once it has ended in order. */
async function logOf(program: Program): Promise<string> {
  await program.stop();
  return new Response(program.process.stdout).text();
}

const times = (log: string, event: string) => log.split(`"event":"${event}"`).length - 1;

/** Lets a program look into its outbox: somebody asks for something. */
const wake = async (program: Program) => expect((await send(program, "POST /forgot-password", { fields: { email: `nobody${++members}@example.org` } })).status).toBe(303);

describe("a full outbox", () => {
  test("across kill -9 while it is sent: no mail is lost, and none arrives as two", async () => {
    const [count, kills] = [rounds(60, 1000), rounds(3, 10)];
    const { program, database, server } = await startHouse();
    await program.stop("SIGKILL");
    const emails = await addMembers(database, count);
    await fillOutbox(database, emails);
    server.think(50);
    const settings = { ...settingsFor(database), SMTP_URL: server.url };
    const gone = async () => (await postgres.query(database, "select 1 from pg_stat_activity where datname = current_database() and application_name = 'gatehouse'")).length === 0;
    for (let killed = 0; killed < kills; killed++) {
      const enough = server.mails.length + 1 + Math.random() * (count / kills / 2);
      const doomed = await startProgram(settings, program.dataDirectory);
      await until("it is sending", () => server.mails.length >= enough);
      await doomed.stop("SIGKILL");
      await until("its connections are gone", gone);
      await postgres.query(database, "update gatehouse.outbox set try_at = now()"); // else due when the turn of the dead one is over
      expect(await postgres.query(database, "select 1 from gatehouse.outbox limit 1")).toHaveLength(1);
    }
    toRemove.push(await startProgram(settings, program.dataDirectory));
    await untilSent(database);
    console.log(`kill -9 × ${kills} while ${count} mails are sent: ${count - idsOf(server.mails).size} lost, ${expectAll(server, emails)} raw duplicates`);
  }, 10 * minutes);

  test("of two programs: each mail arrives once", async () => {
    const { program, database, server } = await startHouse();
    const other = await startProgram({ ...settingsFor(database), SMTP_URL: server.url });
    toRemove.push(other);
    const emails = await addMembers(database, 40);
    server.think(30);
    await fillOutbox(database, emails);
    await Promise.all([wake(program), wake(other)]);
    await untilSent(database);
    expect(expectAll(server, emails)).toBe(0);
    const sent = (await Promise.all([program, other].map(logOf))).map((log) => times(log, "mail.sent"));
    console.log(`two programs, 40 mails: ${sent.join(" and ")} sent`);
    expect(Math.min(...sent)).toBeGreaterThan(0);
  });

  test("that a visitor's request set going is sent to its end, however long the database takes", async () => {
    const wire = await startWire(postgres.port);
    const database = await postgres.createDatabase();
    const server = await startMailServer();
    const program = await startProgram({ ...settingsFor(database), DATABASE_URL: postgres.url(database, wire.port), SMTP_URL: server.url });
    toRemove.push(program, server, { remove: async () => wire.close() });
    const emails = await addMembers(database, 60);
    await fillOutbox(database, emails);
    wire.delay(40);
    await wake(program);
    await untilSent(database);
    expect(expectAll(server, emails)).toBe(0);
    expect(times(await logOf(program), "mail.failed")).toBe(0);
  });
});

test("with MAIL=off there is no page that needs mail, no link to one, and no mail", async () => {
  const { program, database, server } = await startHouse({ MAIL: "off" });
  for (const path of ["/forgot-password", "/reset-password", "/verify-email", "/confirm-email", "/undo-email", "/not-me"])
    for (const method of ["GET", "POST"]) expect([path, (await send(program, `${method} ${path}`, method === "POST" ? { fields: { token: "x" } } : {})).status]).toEqual([path, 404]);
  expect((await send(program, "POST /sign-up", { fields: { ...newPerson() } })).location).toBe("/sign-in?notice=signed_up");
  expect(await (await fetch(`${program.origin}/sign-in`)).text()).not.toContain("forgot-password");
  expect([await postgres.query(database, "select 1 from gatehouse.outbox"), server.mails]).toEqual([[], []]);
});

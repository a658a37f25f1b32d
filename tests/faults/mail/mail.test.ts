import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { codeIn, linkIn } from "../../support/mails";
import { newPerson } from "../../support/harness";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { startProgram, type Program } from "../../support/program";
import {
  expectLinksToWork,
  expectOneEach,
  headerOf,
  headersOf,
  idsOf,
  partOf,
  startMailServer,
  type Conduct,
  type KeptMail,
  type MailServer,
} from "../../support/mail-server";
import { rounds } from "../../support/rounds";
import { startWire } from "../../support/tcp-proxy";
import { manyClients, send, type Answer } from "../../support/traffic";

/** Mails and the mail servers of the world: what is asked for arrives as one mail at one address, and nobody waits for it. */

const minutes = 60 * 1000;
let postgres: PostgresServer;
const toRemove: { remove(): Promise<void> }[] = [];
beforeAll(async () => void (postgres = await startPostgres()));
afterAll(() => Promise.all(toRemove.map((thing) => thing.remove())).then(() => postgres.remove()));

const names = {
  BRAND_NAME: "Acme",
  MAIL_FROM: "Acme <login@example.com>",
  BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
};
const settingsFor = (database: string, { url }: MailServer, port?: number) => ({
  ...manyClients,
  ...names,
  DATABASE_URL: postgres.url(database, port),
  SMTP_URL: url,
});
type House = Awaited<ReturnType<typeof startHouse>>;

/** A Gatehouse with a database and a mail server of its own; the database may be behind another port. */
async function startHouse(more: Record<string, string> = {}, port?: number) {
  const [database, server] = await Promise.all([postgres.createDatabase(), startMailServer()]);
  const program = await startProgram({ ...settingsFor(database, server, port), ...more });
  toRemove.push(program, server);
  return { program, database, server };
}

/** Looks again and again until it is so; gives the milliseconds that took, or says what never was. */
async function until(what: string, isSo: () => boolean | Promise<boolean>, everyMilliseconds = 5): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > rounds(0.8, 10) * minutes) throw new Error(`It never was so that ${what}.`);
    await Bun.sleep(everyMilliseconds);
  }
  return Math.round(performance.now() - began);
}

const inOutbox = (database: string, where = "true") =>
  postgres.query(database, `select * from gatehouse.outbox where ${where}`);
const untilSent = (database: string) =>
  until("the outbox is empty", async () => (await inOutbox(database)).length === 0, 200);
let strangers = 0;
const newAddress = () => `u${++strangers}@example.org`;

/** People with an account and no password, as another app may have left them. */
const addMembers = (database: string, emails: string[]) =>
  postgres.query(
    database,
    `insert into "user" (id, name, email) select email, 'A Member', email from unnest($1::text[]) email`,
    [emails],
  );

/** Accounts with a mail to each waiting to be sent. */
async function fillOutbox(database: string, count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, newAddress);
  await addMembers(database, emails);
  await postgres.query(
    database,
    "insert into gatehouse.outbox (kind, recipient, language) select 'reset', email, 'en' from unnest($1::text[]) email",
    [emails],
  );
  return emails;
}

const askForLink = ({ program }: Pick<House, "program">, email: string) =>
  send(program, "POST /forgot-password", { fields: { email } });

/** Signs up, and gives the one mail that arrives. */
async function signUp(
  { program, server, database }: House,
  person = newPerson(),
): Promise<KeptMail & { cookie: string }> {
  const { location, cookies } = await send(program, "POST /sign-up", { fields: { ...person } });
  expect(location).toBe("/verify-email");
  await untilSent(database);
  const [mail, ...more] = server.mails.filter(({ to }) => to.includes(person.email));
  if (!mail || more.length > 0) throw new Error(`Not one mail arrived for ${person.email}.`);
  return { ...mail, cookie: cookies.map((line) => line.split(";")[0]).join("; ") };
}

describe("a mail", () => {
  let house: House;
  beforeAll(async () => void (house = await startHouse()));

  test("goes to one recipient, from whom the settings say, with the same link and code in text and HTML, and nothing to load", async () => {
    const person = newPerson();
    const { from, to, raw, cookie } = await signUp(house, person);
    expect([from, to]).toEqual(["login@example.com", [person.email]]);
    const [text, html] = [partOf(raw, "text/plain"), partOf(raw, "text/html")];
    const [code, link] = [codeIn(text), house.program.origin + linkIn(text, "/verify-email")];
    expect([code, link]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/\?token=[\w-]{43}$/)]);
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
    for (const shown of [`>${spaced}<`, `href="${link}"`]) expect(html).toContain(shown);
    expect(html).not.toMatch(/<img|<link|<script|\bsrc=|url\(|@import/i);
    const said = ["from", "to", "cc", "bcc", "subject", "auto-submitted"].flatMap((name) =>
      headersOf(raw)
        .filter(([known]) => known === name)
        .map(([, value]) => value),
    );
    expect(said).toEqual(["Acme <login@example.com>", person.email, `Acme: your code is ${spaced}`, "auto-generated"]);
    expect(
      (await send(house.program, "POST /verify-email", { fields: { email: person.email, code }, cookie })).location,
    ).toBe("/sign-in?notice=email_verified");
  });

  test("goes to the one address it was asked for, whatever that is made of", async () => {
    const hostile = [
      "o'brien+tag@example.org",
      "--a_b--@example.org",
      "+bcc+x.y@example.org",
      "_'_+-_@a-b.example.org",
      `${"a".repeat(64)}@example.org`,
    ];
    await addMembers(house.database, hostile);
    const before = house.server.mails.length;
    for (const email of hostile) expect((await askForLink(house, email)).status).toBe(303);
    await untilSent(house.database);
    const arrived = house.server.mails.slice(before);
    expect(expectOneEach(arrived, hostile)).toBe(0);
    for (const { to, raw } of arrived) expect(headerOf(raw, "to")).toBe(to.join());
    expect((await signUp(house, { ...newPerson(), email: "o'brien+tag@example.org" })).to).toEqual([
      "o'brien+tag@example.org",
    ]);
  });

  test("does not carry the name that a stranger typed, and no header of theirs", async () => {
    const headersIn = ({ raw }: KeptMail) => headersOf(raw).map(([header]) => header);
    const usual = headersIn(await signUp(house));
    for (const name of [
      `"><script>alert(1)</script>`,
      "=?utf-8?q?x?=",
      "Bcc: eve@example.org",
      "%0d%0aBcc: eve@example.org",
    ]) {
      const mail = await signUp(house, { ...newPerson(), name });
      expect([mail.to.length, headersIn(mail)]).toEqual([1, usual]);
      const shown = [mail.raw, partOf(mail.raw, "text/plain"), partOf(mail.raw, "text/html")].join();
      for (const word of [name, "alert(1)", "eve@"]) expect(shown).not.toContain(word);
    }
    expect(
      (await send(house.program, "POST /sign-up", { fields: { ...newPerson(), name: "Ada\r\nBcc: eve@example.org" } }))
        .status,
    ).toBe(422);
  });
});

/** Everything a visitor can ask for that sends a mail, some times; and the addresses that get one. */
async function ask({ program, database }: House, times: number) {
  const newcomers = Array.from({ length: times }, newPerson);
  const [members, nobodies] = [newcomers.map(newAddress), newcomers.map(newAddress)];
  await addMembers(database, members);
  const answers: Answer[] = [];
  for (const person of newcomers) answers.push(await send(program, "POST /sign-up", { fields: { ...person } }));
  for (const email of [...members, ...nobodies]) answers.push(await askForLink({ program }, email));
  const milliseconds = (path = "") =>
    answers
      .filter(({ what }) => what.endsWith(path))
      .map((answer) => Math.round(answer.milliseconds))
      .sort((a, b) => a - b);
  const median = (path: string) => milliseconds(path)[milliseconds(path).length >> 1];
  return {
    addresses: [...newcomers.map(({ email }) => email), ...members],
    kinds: [...new Set(answers.map(({ what, status, location }) => `${what}: ${status} ${location}`))],
    medians: `${median("/sign-up")} and ${median("/forgot-password")} ms`,
    slowest: milliseconds().at(-1) ?? Infinity,
  };
}

describe("a mail server that", () => {
  const slow: Conduct[] = rounds(0, 1) > 0 ? ["trickles", "hangs", "is silent"] : ["hangs", "is silent"]; // 30, 15 and 5 seconds a try
  const failing: Conduct[] = [...slow, "drops", "cuts off", "is stopped", "refuses", "defers"];
  const houses = new Map<Conduct, House>();
  beforeAll(
    async () => void (await Promise.all(failing.map(async (conduct) => houses.set(conduct, await startHouse())))),
  );
  let turn: Promise<unknown> = Promise.resolve();
  /** What is measured is measured alone; the other tests wait for their mails meanwhile. */
  const alone = <Result>(work: () => Promise<Result>) => {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  };

  for (const conduct of failing) {
    const isFinal = conduct === "refuses";
    test.concurrent(
      `${conduct} changes no answer and slows none down; when it accepts again, ${isFinal ? "nothing is sent again" : "each mail arrives as one"}`,
      async () => {
        const house = houses.get(conduct) ?? (await startHouse());
        const { database, server } = house;
        const { usual, earlier, meanwhile } = await alone(async () => {
          await ask(house, 1); // the first requests of a program are slow
          const usual = await ask(house, 5);
          await untilSent(database);
          await server.become(conduct);
          return { usual, earlier: server.mails.length, meanwhile: await ask(house, 5) };
        });
        expect(meanwhile.kinds).toEqual(usual.kinds);
        const tries = slow.includes(conduct) ? rounds(1, 2) : 2;
        const isTried = async () => (await inOutbox(database, `tries >= ${tries}`)).length > 0;
        await (isFinal ? untilSent(database) : until(`a mail is tried ${tries} times`, isTried, 200));
        await server.become("accepts");
        const [milliseconds, mails] = [await untilSent(database), server.mails.slice(earlier)];
        const copies = expectOneEach(mails, isFinal ? [] : meanwhile.addresses);
        await expectLinksToWork(house.program, mails);
        console.log(
          `mail server ${conduct}: medians of sign-up and forgot-password ${meanwhile.medians}, slowest ${meanwhile.slowest} (accepting: ${usual.medians}, ${usual.slowest}); all there ${milliseconds} ms later, ${copies} raw duplicates`,
        );
        expect(meanwhile.slowest).toBeLessThan(Math.max(1000, 2 * usual.slowest)); // a busy machine is slow with any mail server
        if (conduct !== "drops") expect(copies).toBe(0);
      },
      20 * minutes,
    );
  }

  test("drops a mail whose link is used then: what is sent again is no other mail", async () => {
    const { program, database, server } = await startHouse();
    await server.become("drops");
    await send(program, "POST /sign-up", { fields: { ...newPerson() } });
    await until("the mail is there", () => server.mails.length > 0);
    await expectLinksToWork(program, server.mails);
    await server.become("accepts");
    await untilSent(database);
    expect(new Set(server.mails.map(({ raw }) => headerOf(raw, "subject"))).size).toBe(1);
  });
});

/** How often a program logged that a mail was sent, and that it was not; it ends in order first. */
async function sentAndFailed(program: Program): Promise<[sent: number, failed: number]> {
  await program.stop();
  const events = [...(await new Response(program.process.stdout).text()).matchAll(/"event":"(mail\.\w+)"/g)].map(
    ([, event]) => event,
  );
  return [
    events.filter((event) => event === "mail.sent").length,
    events.filter((event) => event === "mail.failed").length,
  ];
}

describe("a full outbox", () => {
  test(
    "across kill -9 while it is sent: no mail is lost, none arrives as two",
    async () => {
      const [count, kills] = [rounds(60, 1000), rounds(3, 10)];
      const { program, database, server } = await startHouse();
      await program.stop("SIGKILL");
      const emails = await fillOutbox(database, count);
      server.think(50);
      const connected = () =>
        postgres.query(
          database,
          "select 1 from pg_stat_activity where datname = current_database() and application_name = 'gatehouse'",
        );
      for (let killed = 0; killed < kills; killed++) {
        const enough = server.mails.length + Math.random() * (count / kills / 2);
        const doomed = await startProgram(settingsFor(database, server), program.dataDirectory);
        await until("it is sending", () => server.mails.length > enough);
        await doomed.stop("SIGKILL");
        await until("its connections are gone", async () => (await connected()).length === 0);
        await postgres.query(database, "update gatehouse.outbox set try_at = now()"); // else only when the turn of the dead one is over
        expect(await inOutbox(database)).not.toEqual([]);
      }
      toRemove.push(await startProgram(settingsFor(database, server), program.dataDirectory));
      await untilSent(database);
      console.log(
        `kill -9 × ${kills} while ${count} mails are sent: ${count - idsOf(server.mails).size} lost, ${expectOneEach(server.mails, emails)} raw duplicates`,
      );
    },
    20 * minutes,
  );

  test("of two programs: each mail arrives once", async () => {
    const { program, database, server } = await startHouse();
    const other = await startProgram(settingsFor(database, server));
    toRemove.push(other);
    server.think(30);
    const emails = await fillOutbox(database, 40);
    await Promise.all([program, other].map((each) => askForLink({ program: each }, newAddress()))); // both look into it now
    await untilSent(database);
    expect(expectOneEach(server.mails, emails)).toBe(0);
    const [[some], [others]] = await Promise.all([sentAndFailed(program), sentAndFailed(other)]);
    console.log(`two programs, 40 mails: ${some} and ${others} sent`);
    expect([some + others, Math.min(some, others) > 0]).toEqual([40, true]);
  });

  test("that a visitor set going is sent to its end at once, however long the database takes", async () => {
    const wire = await startWire(postgres.port);
    toRemove.push({ remove: async () => wire.close() });
    const { program, database, server } = await startHouse({}, wire.port);
    const emails = await fillOutbox(database, 60);
    wire.delay(40);
    await askForLink({ program }, newAddress());
    await until("every mail was tried", async () => (await inOutbox(database, "tries = 0")).length === 0, 200);
    expect(await sentAndFailed(program)).toEqual([60, 0]);
    expect(expectOneEach(server.mails, emails)).toBe(0);
  });
});

test("with MAIL=off there is no page that needs mail, no link to one, and no mail", async () => {
  const { program, database, server } = await startHouse({ MAIL: "off" });
  for (const path of [
    "/forgot-password",
    "/reset-password",
    "/verify-email",
    "/confirm-email",
    "/undo-email",
    "/not-me",
  ]) {
    expect([path, (await send(program, `GET ${path}?token=x`)).status]).toEqual([path, 404]);
    expect([
      path,
      (await send(program, `POST ${path}`, { fields: { email: "a@example.org", token: "x" } })).status,
    ]).toEqual([path, 404]);
  }
  expect((await send(program, "POST /sign-up", { fields: { ...newPerson() } })).location).toBe(
    "/sign-in?notice=signed_up",
  );
  expect(await (await fetch(`${program.origin}/sign-in`)).text()).not.toContain("forgot-password");
  expect([await inOutbox(database), server.mails]).toEqual([[], []]);
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { actsOf, doneOf } from "../../src/process/acts";
import { startMailServer, type MailServer, type Stage } from "../support/mail-server";
import { until } from "../support/until";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** Whose mail goes first, and what becomes of a mail that a mail server refuses: with a real one, on this machine. */

let server: MailServer;
let gatehouse: Gatehouse;
beforeEach(async () => {
  server = await startMailServer();
  gatehouse = await startGatehouse({ SMTP_URL: server.url });
});
afterEach(async () => {
  await server.remove();
  await gatehouse.close();
});

/** Confirmed accounts with these addresses, and some mails of a kind to each of them, waiting for a minute already. */
async function order(kind: string, emails: string[], count = 1) {
  await gatehouse.rows(
    `insert into "user" (id, name, email, email_verified)
       select email, 'A Member', email, true from unnest($1::text[]) email on conflict do nothing`,
    [emails],
  );
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id, created_at, try_at)
       select $2, email, 'en', email, now() - interval '1 minute', now() - interval '1 minute'
         from unnest($1::text[]) email, generate_series(1, $3::int)`,
    [emails, kind, count],
  );
}

/** Anything that orders a mail wakes the sender: here, a mail for nobody. */
const wake = () => gatehouse.visitor().post("/forgot-password", { email: newPerson().email });

const hasArrived = (email: string) => server.mails.some(({ to }) => to.includes(email));

/** How many mails arrive before a newcomer's first one, from when that is ordered. */
async function mailsBefore(email = newPerson().email): Promise<number> {
  expect((await gatehouse.visitor().signUp({ ...newPerson(), email })).status).toBe(303);
  const before = server.mails.length;
  await until("it is so", () => hasArrived(email));
  return Math.max(0, server.mails.findIndex(({ to }) => to.includes(email)) - before);
}

const members = (count: number, domain = "example.org") => Array.from({ length: count }, (_, i) => `m${i}@${domain}`);

test.each([1, 4])(
  "the queue of mails two hundred warnings to %d accounts keep no newcomer's code waiting",
  async (accounts) => {
    server.think(1000);
    await order("password_changed", members(accounts), 200 / accounts);
    await wake();
    await until("it is so", () => server.mails.length > 0);
    expect(await mailsBefore()).toBeLessThan(20); // those under way, of 200
  },
);

test("the queue of mails sends a link before warnings to two hundred people, however old those are", async () => {
  server.think(1000);
  await order("password_changed", members(200));
  await wake();
  await until("it is so", () => server.mails.length > 0);
  expect(await mailsBefore()).toBeLessThan(20); // of 200
});

test("the queue of mails a warning waits for one warning of those who have many, not for all of them", async () => {
  server.think(200);
  await order("password_changed", members(6), 40); // a place each for every place there is
  await wake();
  await until("it is so", () => server.mails.length > 0);
  await gatehouse.rows(`insert into "user" (id, name, email) values ('late', 'Late', 'late@example.org')`);
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id)
       values ('password_changed', 'late@example.org', 'en', 'late')`,
  );
  const before = server.mails.length;
  await wake();
  await until("it is so", () => hasArrived("late@example.org"));
  expect(server.mails.length - before).toBeLessThan(20); // of 240
});

test("the queue of mails one account's warnings to many slow domains leave places for another's mail", async () => {
  server.ponder(".slow.example", 20_000);
  await order("password_changed", ["m@m.slow.example"]);
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id, try_at)
       select 'email_changed', 'm@d' || n || '.slow.example', 'en', 'm@m.slow.example', now() - interval '1 minute'
         from generate_series(1, 200) n`,
  );
  await wake();
  await until("it is so", () => server.looksAt() === 2); // as many as one account has
  expect(await mailsBefore()).toBe(0); // not even one of those under way
  await server.become("is stopped");
});

test("the queue of mails a domain whose mails take twenty seconds holds up nobody at another", async () => {
  server.ponder("@slow.example", 20_000);
  await order("reset", members(50, "slow.example"));
  await wake();
  await until("it is so", () => server.looksAt() === 3); // as many as one domain has
  expect(await mailsBefore()).toBe(0);
  await order("password_changed", members(20, "quick.example"));
  await wake();
  await until("it is so", () => members(20, "quick.example").every(hasArrived));
  expect(server.mails.some(({ to }) => to.join().includes("slow"))).toBe(false);
  await server.become("is stopped"); // and nobody waits for what is under way
});

test("the queue of mails five slow domains at once hold up a sixth for seconds only, and not for theirs", async () => {
  const slow = [1, 2, 3, 4, 5].map((n) => `slow${n}.example`);
  for (const domain of slow) server.ponder(`@${domain}`, 20_000);
  await order(
    "reset",
    slow.flatMap((domain) => members(20, domain)),
  );
  await wake();
  await until("it is so", () => server.looksAt() >= 6); // as many as begin at once
  expect(await mailsBefore()).toBe(0); // it does not wait for the twenty seconds of any of them
  await server.become("is stopped");
});

test("the queue of mails one mail that takes twenty seconds holds up no other mail to its domain", async () => {
  server.ponder("m0@example.org", 20_000);
  await order("password_changed", ["m0@example.org"], 20);
  await gatehouse.rows("update gatehouse.outbox set user_id = null"); // as what anybody may order for an address
  await wake();
  await until("it is so", () => server.looksAt() === 1);
  expect(await mailsBefore("newcomer@example.org")).toBe(0);
  await server.become("is stopped");
});

/** Orders a mail, and gives what the log says of it after one try, and whether it is still waiting. */
async function tryOnce(stage: Stage, reply: string) {
  server.refuse(stage, reply);
  await order("password_changed", ["m@example.org"]);
  await wake();
  const line = () =>
    gatehouse.log
      .map((line) => JSON.parse(line))
      .find(({ event, kind }) => kind === "password_changed" && /^mail\./.test(event));
  await until("it is so", () => line() !== undefined);
  const waiting = await gatehouse.rows("select 1 from gatehouse.outbox where kind = 'password_changed'");
  server.refuse(stage);
  return { event: line().event, reply: line().reply, status: line().status, isWaiting: waiting.length > 0 };
}

describe("a mail server that refuses", () => {
  const words = "<ada@example.org> is not here, secret 123456";

  test.each<[Stage, string, object]>([
    ["rcpt", "550 5.1.1", { event: "mail.given_up", reply: 550, status: "5.1.1", isWaiting: false }],
    ["rcpt", "554", { event: "mail.given_up", reply: 554, status: undefined, isWaiting: false }],
    ["data", "552 5.2.3", { event: "mail.given_up", reply: 552, status: "5.2.3", isWaiting: false }],
    ["rcpt", "450 4.2.1", { event: "mail.failed", reply: 450, status: "4.2.1", isWaiting: true }],
    ["data", "451", { event: "mail.failed", reply: 451, status: undefined, isWaiting: true }],
    ["mail", "553 5.7.1", { event: "mail.failed", reply: 553, status: "5.7.1", isWaiting: true }],
    ["connect", "554 5.7.1", { event: "mail.failed", reply: 554, status: "5.7.1", isWaiting: true }],
    ["connect", "421", { event: "mail.failed", reply: 421, status: undefined, isWaiting: true }],
  ])(
    "at %s with %s: for good only where it is about this mail, and the log has its code and no word of it",
    async (stage, reply, expected) => {
      expect(await tryOnce(stage, `${reply} ${words}`)).toMatchObject(expected);
      expect(gatehouse.log.join("\n")).not.toMatch(/is not here|123456|ada@/);
    },
  );

  test("for good leaves the mail to an operator, who sees it and has it sent after all", async () => {
    await tryOnce("rcpt", `550 5.1.1 ${words}`);
    const { mails } = await actsOf([]);
    const { said } = doneOf((await mails?.(gatehouse.given)) ?? "");
    expect(said).toMatch(/\n1 mails were given up in the last 7 days:\n\S+ {2}password_changed {2}m@example.org/);
    expect(said).not.toContain("is not here");
    server.refuse("rcpt");
    await mails?.(gatehouse.given, "--retry");
    await wake();
    await until("the mail is sent", () => hasArrived("m@example.org"));
    expect(await gatehouse.rows("select 1 from gatehouse.given_up_mail")).toEqual([]);
  });

  test("one mail for good takes the next ones as ever", async () => {
    await tryOnce("rcpt", "550 5.1.1 no");
    expect(await mailsBefore()).toBe(0);
  });
});

describe("the name that mail servers are told", () => {
  test.each([
    ["https://login.example.com", "login.example.com"],
    ["http://127.0.0.1:3000", "[127.0.0.1]"],
    ["http://[::1]:3000", "[ipv6:::1]"], // in whichever case the server notes it
    ["http://localhost:3000", "localhost"],
  ])("is the public host, whatever the machine is called: %s", async (address, name) => {
    const house = await startGatehouse({
      SMTP_URL: server.url,
      BETTER_AUTH_URL: address,
      MAIL_FROM: "login@example.com",
    });
    const person = newPerson();
    await house.visitor().signUp(person);
    await house.mailsTo("");
    expect(server.mails.map(({ ehlo }) => ehlo)).toEqual([name]);
    await house.close();
  });
});

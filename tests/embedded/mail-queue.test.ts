import { afterEach, beforeEach, expect, test } from "bun:test";
import { startMailServer, type MailServer } from "../support/mail-server";
import { until } from "../support/until";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** Whose mail goes first: with a real mail server, on this machine. */

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

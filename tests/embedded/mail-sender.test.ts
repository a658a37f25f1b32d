import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMetrics } from "../../src/process/metrics";
import { withDeadline, withRequestBudget } from "../../db/deadline";
import { createInbox } from "../../src/mail/inbox";
import { coreMailKinds } from "../../src/account/outbox";
import { createSender } from "../../src/mail/sender";
import type { Transport } from "../../src/mail/transport";
import { actsOf, doneOf } from "../../src/process/acts";
import { createScheduler } from "../../src/mail/scheduler";
import { linkIn } from "../support/mails";
import { until } from "../support/until";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const order = (kind: string, recipient: string, more = "") =>
  gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id ${more && ", created_at, try_at"})
       values ('${kind}', '${recipient}', 'en', (select id from "user" where email = '${recipient}') ${more})`,
  );

/** Anything that orders a mail wakes the sender: here, a mail for nobody. */
async function wake() {
  await gatehouse.visitor().post("/forgot-password", { email: newPerson().email });
  await gatehouse.mailsTo("");
}

/** One more replica's sender of empty mails, each of which is written when `ready` says so. */
const senderOf = ({ database }: Gatehouse, transport: Transport, ready: () => Promise<void>) =>
  createSender({
    ...{ kinds: coreMailKinds, database, transport, host: "localhost" },
    write: () => ready().then(() => ({ language: "en", brand: "", subject: "", lines: [], footer: "" })),
    render: async () => ({ subject: "", text: "", html: "" }),
    ...{ log: () => undefined, metrics: createMetrics() },
  });

test("the sender has a patience of its own, whatever the visitor who woke it had used up", async () => {
  const slow = await startGatehouse({ MAIL: "off" }); // its mails are ours to send
  const inbox = createInbox();
  const slowly = () => withDeadline(Bun.sleep(450)); // a database that takes its time, as over a network
  const sender = senderOf(slow, inbox, slowly);
  await slow.rows(
    `insert into gatehouse.outbox (kind, recipient, language)
       select 'reset', n || '@' || n || '.example', 'en' from generate_series(1, 20) n`,
  );
  withRequestBudget(() => sender.wake()); // 1.7 seconds, of which its mails use 1.8 when six are sent at a time
  await sender.idle();
  expect(inbox.mails()).toHaveLength(20);
  await sender.stop();
  await slow.close();
});

test("the sender sends no mail that another replica is sending, though an operator retries all", async () => {
  const house = await startGatehouse({ MAIL: "off" });
  const inbox = createInbox();
  const isWritten = Promise.withResolvers<void>();
  const [one, other] = [
    senderOf(house, createInbox(), () => isWritten.promise),
    senderOf(house, inbox, async () => {}),
  ];
  const add = (recipient: string, tryAt: string) =>
    house.rows(`insert into gatehouse.outbox (kind, recipient, language, tries, try_at)
      values ('reset', '${recipient}', 'en', 9, ${tryAt})`);
  await add("now@example.org", "now()");
  one.wake();
  const isTaken = async () => (await house.rows("select from gatehouse.outbox where tries = 10")).length === 1;
  await until("the mail is under way", isTaken);
  await add("later@example.org", "now() + interval '10 minutes'");
  const { mails } = await actsOf([]);
  expect(doneOf((await mails?.(house.given, "--retry")) ?? "").said).toStartWith("2 mails wait, and are due within a");
  other.wake();
  await other.idle();
  isWritten.resolve();
  await one.idle();
  expect(inbox.mails().map(({ to }) => to)).toEqual(["later@example.org"]);
  expect(await house.rows("select recipient from gatehouse.outbox")).toEqual([]);
  for (const sender of [one, other]) await sender.stop();
  await house.close();
});

test("the sender leaves a kind of mail that it does not know to a later version", async () => {
  const person = await gatehouse.visitor().join();
  await order("of_a_later_version", person.email);
  await wake();
  expect(await gatehouse.rows("select tries from gatehouse.outbox where kind = 'of_a_later_version'")).toEqual([
    { tries: 0 },
  ]);
});

test("the sender gives up what nobody wants any more: an order of yesterday brings no link that works", async () => {
  const person = await gatehouse.visitor().join();
  await order("reset", person.email, ", now() - interval '4 hours', now()");
  await order("password_changed", person.email, ", now() - interval '4 hours', now()");
  await wake();
  expect((await gatehouse.mailsTo(person.email)).map(({ subject }) => subject).slice(0, -1)).toEqual([
    "Gatehouse: your password was changed",
  ]);
});

test("the sender a time far ahead, written by a clock that was set back since, holds no mail up", async () => {
  const person = await gatehouse.visitor().join();
  await order("password_changed", person.email, ", now(), now() + interval '30 days'");
  await wake();
  expect((await gatehouse.mailsTo(person.email))[0]?.subject).toBe("Gatehouse: your password was changed");
});

test("the sender sends a warning without the link that was used between two tries, which stays used", async () => {
  const person = await gatehouse.visitor().join();
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id, tokens_made_at)
       values ('password_changed', $1, 'en', (select id from "user" where email = $1), now())`,
    [person.email],
  );
  await wake();
  const [mail] = await gatehouse.mailsTo(person.email);
  expect(mail?.subject).toBe("Gatehouse: your password was changed");
  expect(linkIn(mail?.text ?? "", "/not-me")).toBe("");
});

test("the sender rounds that are due at once follow each other, and idle means that none is left", async () => {
  let left = 5;
  const rounds = createScheduler(async () => (--left > 0 ? 0 : undefined));
  rounds.wake();
  await rounds.idle();
  expect(left).toBe(0);
  await rounds.stop();
  rounds.wake();
  await rounds.idle();
  expect(left).toBe(0);
});

describe("warnings", () => {
  test("never repeat what a stranger's browser calls itself, and are few however many devices there are", async () => {
    const person = await gatehouse.visitor().join();
    await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
    for (let i = 0; i < 8; i++)
      expect(
        (
          await gatehouse
            .visitor()
            .post("/sign-in", { ...person }, { "user-agent": "You have won! Collect at https://evil.example now" })
        ).status,
      ).toBe(303);
    const warnings = (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("New sign-in"));
    expect(warnings).toHaveLength(5); // an hour; the browser that signed up was known, and needed none
    for (const { subject, text, html } of warnings) expect(subject + text + html).not.toMatch(/evil|won!/);
  });
});

describe("an address that two people signed up with", () => {
  test("is confirmed by no code: whoever reads its mail chooses a new password", async () => {
    const [squatter, owner] = [gatehouse.visitor(), gatehouse.visitor()];
    const squatted = await squatter.join();
    const first = (await gatehouse.mailsTo(squatted.email))[0]?.text ?? "";
    await gatehouse.rows("delete from gatehouse.throttle");
    await owner.signUp({ ...squatted, password: "the owner's own passphrase" });
    const second = (await gatehouse.mailsTo(squatted.email))[0]?.text ?? "";
    expect(linkIn(second, "/verify-email")).toBe("");
    await owner.submit(await owner.get(linkIn(second, "/reset-password")), { password: "the owner's own passphrase" });
    expect((await owner.get(linkIn(first, "/verify-email"))).status).toBe(404);
    expect((await squatter.get("/api/session")).status).toBe(401);
    expect((await gatehouse.visitor().signIn({ ...squatted, password: "the owner's own passphrase" })).status).toBe(
      303,
    );
    expect(JSON.parse((await owner.get("/api/session")).text).user.emailVerified).toBe(true);
  });
});

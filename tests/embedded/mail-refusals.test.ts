import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { actsOf, doneOf } from "../../src/process/acts";
import { startMailServer, type MailServer, type Stage } from "../support/mail-server";
import { until } from "../support/until";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** What becomes of a mail that a mail server refuses, and what the server is told: with a real one, on this machine. */

let server: MailServer;
let gatehouse: Gatehouse;
async function start() {
  server = await startMailServer();
  gatehouse = await startGatehouse({ SMTP_URL: server.url });
}
async function end() {
  await server.remove();
  await gatehouse.close();
}

/** Anything that orders a mail wakes the sender: here, a mail for nobody. */
const wake = () => gatehouse.visitor().post("/forgot-password", { email: newPerson().email });

const hasArrived = (email: string) => server.mails.some(({ to }) => to.includes(email));

/** Orders a mail, and gives what the log says of it after one try, and whether it is still waiting. */
async function tryOnce(stage: Stage, reply: string) {
  server.refuse(stage, reply);
  await gatehouse.rows(
    `insert into "user" (id, name, email, email_verified) values ('m', 'A Member', 'm@example.org', true)
      on conflict do nothing`,
  );
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id)
      values ('password_changed', 'm@example.org', 'en', 'm')`,
  );
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

const words = "<ada@example.org> is not here, secret 123456";

async function expectOf(stage: Stage, reply: string, expected: object) {
  expect(await tryOnce(stage, `${reply} ${words}`)).toMatchObject(expected);
  expect(gatehouse.log.join("\n")).not.toMatch(/is not here|123456|ada@/);
}

describe("a mail server that refuses", () => {
  beforeAll(start);
  afterAll(end);
  beforeEach(async () => {
    await gatehouse.rows("delete from gatehouse.outbox; delete from gatehouse.given_up_mail");
    gatehouse.log.length = 0;
  });

  test.each<[Stage, string, object]>([
    ["rcpt", "550 5.1.1", { event: "mail.given_up", reply: 550, status: "5.1.1", isWaiting: false }],
    ["rcpt", "554", { event: "mail.given_up", reply: 554, status: undefined, isWaiting: false }],
    ["data", "552 5.2.3", { event: "mail.given_up", reply: 552, status: "5.2.3", isWaiting: false }],
    ["rcpt", "450 4.2.1", { event: "mail.failed", reply: 450, status: "4.2.1", isWaiting: true }],
    ["data", "451", { event: "mail.failed", reply: 451, status: undefined, isWaiting: true }],
    ["mail", "553 5.7.1", { event: "mail.failed", reply: 553, status: "5.7.1", isWaiting: true }],
  ])("at %s with %s: for good only where it is about this mail, and the log has its code and no word of it", expectOf);

  test("for good leaves the mail to an operator, who sees it and has it sent after all", async () => {
    await tryOnce("rcpt", `550 5.1.1 ${words}`);
    const { mails } = await actsOf([]);
    const { said } = doneOf((await mails?.(gatehouse.given)) ?? "");
    expect(said).toMatch(/\n1 mail was given up in the last 7 days:\n\S+ {2}password_changed {2}m@example.org/);
    expect(said).not.toContain("is not here");
    server.refuse("rcpt");
    await mails?.(gatehouse.given, "--retry");
    await wake();
    await until("the mail is sent", () => hasArrived("m@example.org"));
    expect(await gatehouse.rows("select 1 from gatehouse.given_up_mail")).toEqual([]);
  });

  test("one mail for good takes the next ones as ever", async () => {
    await tryOnce("rcpt", "550 5.1.1 no");
    const { email } = newPerson();
    expect((await gatehouse.visitor().signUp({ ...newPerson(), email })).status).toBe(303);
    await until("the next one is sent", () => hasArrived(email));
  });
});

describe("a mail server that refuses whoever connects", () => {
  beforeEach(start); // a connection that is open would be used again
  afterEach(end);

  test.each<[string, object]>([
    ["554 5.7.1", { event: "mail.failed", reply: 554, status: "5.7.1", isWaiting: true }],
    ["421", { event: "mail.failed", reply: 421, status: undefined, isWaiting: true }],
  ])("with %s is tried again, and the log has its code and no word of it", (reply, expected) =>
    expectOf("connect", reply, expected),
  );
});

describe("the name that mail servers are told", () => {
  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.remove());

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

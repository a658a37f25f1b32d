import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { webhooks } from "../../src/capabilities/webhooks/index";
import { actsOf, doneOf } from "../../src/process/acts";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";
import { startReceiver, webhookSecret, type Receiver } from "../support/webhook-receiver";
import { until } from "../support/until";

/** What becomes of a webhook that its receiver does not take: with a real one, on this machine. */

const [newer, older] = [webhookSecret("b"), webhookSecret("a")];
let receiver: Receiver;
let gatehouse: Gatehouse;
beforeAll(async () => {
  receiver = startReceiver({ secret: older });
  gatehouse = await startGatehouse(
    { GATEHOUSE_WEBHOOK_URL: receiver.url, GATEHOUSE_WEBHOOK_SECRET: `${newer},${older}` },
    undefined,
    [webhooks],
  );
});
afterAll(async () => {
  await gatehouse.close();
  await receiver.stop();
});
beforeEach(async () => {
  receiver.answer(takes);
  await settle();
  receiver.heard.length = 0;
  gatehouse.log.length = 0;
  await gatehouse.rows("delete from gatehouse.webhook");
});

const takes = () => new Response(null, { status: 204 });
const answers = (status: number) => receiver.answer(() => new Response(null, { status }));

/** Any posted form wakes what works in the background. */
async function settle() {
  await gatehouse.visitor().post("/sign-out", {});
  await gatehouse.mailsTo("");
}

let users = 0;
/** Somebody signs up, as SQL has it. */
const happen = () =>
  gatehouse.rows(`insert into "user" (id, name, email) values ('w${++users}', 'W', 'w${users}@example.org')`);
const makeDue = () => gatehouse.rows("update gatehouse.webhook set try_at = now()");
const kept = () =>
  gatehouse.rows(
    "select tries, reason, given_up_at is not null as gone, try_at > now() as later from gatehouse.webhook",
  );
const linesOf = (event: string) => gatehouse.log.map((line) => JSON.parse(line)).filter((line) => line.event === event);
const operate = async (what: string) =>
  doneOf((await (await actsOf([webhooks])).webhooks?.(gatehouse.given, what)) ?? "");

describe("a webhook", () => {
  test("that was answered with 500 is sent again: the same id and body, signed anew by both secrets", async () => {
    answers(500);
    await happen();
    await settle();
    expect(await kept()).toEqual([{ tries: 1, reason: "answered 500", gone: false, later: true }]);
    expect(linesOf("webhook.failed")).toMatchObject([{ level: "warn", type: "user.created", reason: "answered 500" }]);
    receiver.answer(takes);
    await makeDue();
    await settle();
    const [first, second] = receiver.heard;
    expect([second?.id, second?.body]).toEqual([first?.id ?? "", first?.body ?? ""]);
    for (const { body, headers } of receiver.heard)
      for (const secret of [newer, older]) new Webhook(secret).verify(body, Object.fromEntries(headers));
    expect([await kept(), linesOf("webhook.sent").length, receiver.forged]).toEqual([[], 1, 0]);
  });

  test("follows no redirect", async () => {
    receiver.answer(() => Response.redirect(receiver.url, 307));
    await happen();
    await settle();
    expect([receiver.heard.length, (await kept())[0]?.reason]).toEqual([1, "redirected (307)"]);
  });

  test("that is never answered keeps nobody waiting, and is given back after its five seconds", async () => {
    receiver.answer(() => new Promise(() => undefined));
    await happen();
    await gatehouse.visitor().post("/sign-out", {});
    await until("it is under way", () => receiver.heard.length === 1);
    expect((await gatehouse.visitor().signUp(newPerson())).status).toBe(303);
    expect(linesOf("webhook.failed")).toEqual([]);
    await gatehouse.mailsTo("");
    expect((await kept())[0]?.reason).toBe("took too long");
  });
});

describe("a webhook", () => {
  test("is sent once a 2xx is there: what follows it is not waited for", async () => {
    let isCancelled = false;
    const endless = () =>
      new ReadableStream({ pull: (to) => to.enqueue("more"), cancel: () => void (isCancelled = true) });
    receiver.answer(() => new Response(endless()));
    await happen();
    await settle();
    expect(await kept()).toEqual([]);
    await until("nothing more is sent", () => isCancelled, { longest: 2500 }); // a try that lasts ends after five
  });

  test("is tried for three days by the database's clock, kept for a week, and sent after all by the verb", async () => {
    answers(503);
    await happen();
    await gatehouse.rows("update gatehouse.webhook set created_at = now() - interval '71 hours', tries = 30");
    await settle();
    const waiting = await gatehouse.rows(
      `select given_up_at, try_at between now() + interval '5 hours' and now() + interval '7 hours' as late
         from gatehouse.webhook`,
    );
    expect(waiting).toEqual([{ given_up_at: null, late: true }]);
    await gatehouse.rows("update gatehouse.webhook set created_at = now() - interval '73 hours', try_at = now()");
    await settle();
    expect((await kept())[0]).toMatchObject({ tries: 32, gone: true });
    expect(linesOf("webhook.given_up")).toHaveLength(1);
    await makeDue();
    await settle();
    expect((await kept())[0]).toMatchObject({ tries: 32 });
    expect((await operate("list")).said).toMatch(
      /None waits\.\n1 was given up.+\n\S+ {2}user\.created {2}w\d+ {2}tries: 32 {2}answered 503/,
    );
    receiver.answer(takes);
    expect((await operate("retry")).facts).toEqual({ webhooks: 1 });
    await settle();
    expect([await kept(), receiver.heard.length]).toEqual([[], 3]);
  });
});

describe("a webhook", () => {
  test("that is due in a day or in years, as a clock wrote that was set back since, is sent now", async () => {
    for (const due of ["now() + interval '13 hours'", "now() + interval '20 years'", "'infinity'", "'-infinity'"]) {
      answers(500);
      await happen();
      await settle();
      receiver.answer(takes);
      await gatehouse.rows(`update gatehouse.webhook set try_at = ${due}`);
      await settle();
      expect([due, await kept()]).toEqual([due, []]);
    }
  });

  test("is taken by one replica at a time", async () => {
    const origin = { GATEHOUSE_WEBHOOK_URL: receiver.url, GATEHOUSE_WEBHOOK_SECRET: older };
    const { database, rows, takeAway } = gatehouse;
    const other = await startGatehouse(origin, { database, rows, takeAway, remove: async () => undefined }, [webhooks]);
    for (let i = 0; i < 20; i++) await happen();
    await Promise.all([settle(), other.visitor().post("/sign-out", {})]);
    await other.mailsTo("");
    await settle();
    expect([receiver.heard.length, new Set(receiver.heard.map(({ id }) => id)).size]).toEqual([20, 20]);
    await other.close();
  });

  test("leaves nothing in the log of its secret, its address or its user", async () => {
    answers(500);
    await happen();
    await settle();
    expect(gatehouse.log.join("\n")).not.toMatch(/whsec_|from=gatehouse|"w\d+"|@example\.org/);
  });
});

describe("the verb", () => {
  test("test has one sent that means nothing, and tells what came of it", async () => {
    const told = operate("test");
    await until("it waits, or was sent", async () => (await kept()).length > 0 || receiver.heard.length === 1);
    await settle();
    expect((await told).said).toBe("The receiver has taken it.");
    expect(receiver.heard.map(({ type, body }) => [type, JSON.parse(body).data])).toEqual([["webhook.test", {}]]);
    answers(404);
    const refused = operate("test").catch((error: Error) => error.message);
    await until("it waits, or was sent", async () => (await kept()).length > 0 || receiver.heard.length === 2);
    await settle();
    expect(await refused).toContain("The receiver has not taken it: answered 404.");
    expect(await kept()).toEqual([]);
  });

  test("list counts more than it lists", async () => {
    const many = `insert into gatehouse.webhook (type, try_at, given_up_at) select 'webhook.test',
      now() + interval '1 hour', case when n > 1001 then now() end from generate_series(1, 2003) n`;
    await gatehouse.rows(many);
    const { said, facts } = await operate("list");
    expect(said).toContain("\n1001 (here are the newest 1000) wait:\n");
    expect(said).toContain("\n1002 (here are the newest 1000) were given up in the last 7 days:\n");
    expect((facts.waiting as object[]).map((listed) => "all" in listed).filter(Boolean)).toEqual([]);
  });

  test("of another version is refused in words", async () => {
    expect(await operate("dance").catch((error: Error) => error.message)).toBe("This version has no such verb.");
  });
});

test("the verb retry sends nothing a second time that is under way", async () => {
  const letGo = Promise.withResolvers<Response>();
  receiver.answer(() => letGo.promise);
  await happen();
  await gatehouse.visitor().post("/sign-out", {});
  await until("it is under way", () => receiver.heard.length === 1);
  expect((await operate("retry")).facts).toEqual({ webhooks: 0 });
  await gatehouse.visitor().post("/sign-out", {});
  await Bun.sleep(300); // it would be sent again by now
  letGo.resolve(takes());
  await settle();
  expect([await kept(), receiver.heard.length]).toEqual([[], 1]);
});

test("the verb retry has one sent at once whose turn is hours away", async () => {
  answers(500);
  await happen();
  await settle();
  await gatehouse.rows("update gatehouse.webhook set try_at = now() + interval '3 hours'");
  receiver.answer(takes);
  expect((await operate("retry")).facts).toEqual({ webhooks: 1 });
  await settle();
  expect([await kept(), receiver.heard.length]).toEqual([[], 2]);
});

/** So many webhooks to a receiver that answers none before it is let go. */
async function sixUnderWay(count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  receiver.answer(() => promise.then(takes));
  for (let i = 0; i < count; i++) await happen();
  await gatehouse.visitor().post("/sign-out", {});
  await until("six are under way", () => receiver.heard.length === 6);
  return resolve;
}

test("a receiver that is slow is asked by six connections at a time, and hears of all in the end", async () => {
  const letGo = await sixUnderWay(9);
  await gatehouse.visitor().post("/sign-out", {});
  await Bun.sleep(300); // a seventh would be there by now
  expect(receiver.heard).toHaveLength(6);
  letGo();
  await settle();
  expect([await kept(), receiver.heard.length]).toEqual([[], 9]);
});

test("the verb test has its own sent before all that wait, which may be many", async () => {
  const letGo = await sixUnderWay(20);
  const told = operate("test");
  await until("it waits", async () => (await kept()).length === 21);
  letGo();
  await settle();
  expect([(await told).said, receiver.heard[6]?.type]).toEqual(["The receiver has taken it.", "webhook.test"]);
  expect(receiver.heard).toHaveLength(21);
});

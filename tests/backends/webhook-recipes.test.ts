import { afterAll, beforeAll, describe, expect, setSystemTime, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { webhooks } from "../../src/capabilities/webhooks/index";
import { inMilliseconds, minutes } from "../../src/time";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { until } from "../support/until";
import { webhookSecret } from "../support/webhook-receiver";
import { recipes, startRecipe, type Receiving } from "../support/webhook-recipes";

/** The receivers of docs/webhooks.md, taken out of it and run: what they take, and what they refuse. */

const inCI = process.env.CI === "true";
const [secret, newer, stranger] = [webhookSecret("a"), webhookSecret("b"), webhookSecret("c")];

/** A receiver that runs, and a Gatehouse that sends to it. */
interface Running {
  receiver: Receiving;
  gatehouse: Gatehouse;
}

for (const recipe of recipes)
  describe.skipIf(!inCI && !Bun.which(recipe.program))(`the receiver in ${recipe.name}`, () => {
    let running: Running;
    beforeAll(async () => {
      const receiver = await startRecipe(recipe, secret);
      running = { receiver, gatehouse: await sendingTo(receiver, `${newer},${secret}`) };
    });
    afterAll(async () => {
      await running.gatehouse.close();
      await running.receiver.stop();
    });

    test("takes what was signed with its secret, also beside another, and acts on it", () => takesItsOwn(running));
    test("refuses what another secret signed", () => refusesStrangers(running));
    test.each([
      ["before", -6],
      ["after", 6],
    ])("refuses what was signed six minutes %s its own time", (_when, later) => refusesAt(running, later * minutes));
    test("refuses another body, another id, and what is not signed", () => refusesChanges(running));
  });

async function takesItsOwn({ receiver, gatehouse }: Running) {
  const id = await makeAndDelete(gatehouse);
  expect(await kept(gatehouse)).toEqual([]);
  await until("it is printed", () => receiver.printed().includes(`${id}\n`));
}

async function refusesStrangers({ receiver }: Running) {
  const other = await sendingTo(receiver, stranger);
  const id = await makeAndDelete(other);
  expect(await kept(other)).toEqual(refused);
  expect(receiver.printed()).not.toContain(id);
  await other.close();
}

async function refusesAt({ receiver, gatehouse }: Running, laterSeconds: number) {
  setSystemTime(Date.now() + inMilliseconds(laterSeconds));
  const id = await makeAndDelete(gatehouse).finally(() => setSystemTime());
  expect(await kept(gatehouse)).toEqual(refused);
  expect(receiver.printed()).not.toContain(id);
  await gatehouse.rows("delete from gatehouse.webhook");
}

async function refusesChanges({ receiver }: Running) {
  const [now, body] = [new Date(), JSON.stringify({ type: "user.deleted", data: { userId: "somebody" } })];
  const headers = {
    "webhook-id": "1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("1", now, body),
  };
  const post = async (more: object, text = body) =>
    (await fetch(receiver.url, { method: "POST", headers: { ...headers, ...more }, body: text })).status;
  expect(await post({}, body.replace("somebody", "anybody"))).toBe(400);
  expect(await post({ "webhook-id": "2" })).toBe(400);
  expect(await post({ "webhook-signature": "" })).toBe(400);
  for (const sentAt of ["", "²", "9".repeat(5000), "-1", "1e9"]) // not all of what str.isdigit() takes is for int()
    expect([sentAt, await post({ "webhook-timestamp": sentAt })]).toEqual([sentAt, 400]);
  expect([await post({}), receiver.printed().includes("anybody")]).toEqual([204, false]);
}

const sendingTo = ({ url }: Receiving, secrets: string) =>
  startGatehouse({ GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_SECRET: secrets }, undefined, [webhooks]);

/** Of both webhooks. */
const refused = Array.from({ length: 2 }, () => ({ tries: 1, reason: "answered 400" }));

const kept = ({ rows }: Gatehouse) => rows("select tries, reason from gatehouse.webhook");

let users = 0;

/** Somebody comes and goes, and whatever is told of it was sent once; gives their id. */
async function makeAndDelete(gatehouse: Gatehouse): Promise<string> {
  const id = `somebody ${++users}`;
  await gatehouse.rows(`insert into "user" (id, name, email) values ('${id}', 'Some', 'some${users}@example.org')`);
  await gatehouse.rows(`delete from "user" where id = '${id}'`);
  await gatehouse.visitor().post("/sign-out", {}); // any posted form wakes what works in the background
  await gatehouse.mailsTo("");
  return id;
}

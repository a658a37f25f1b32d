import { expect, test } from "bun:test";
import { webhooks } from "../../src/capabilities/webhooks/index";
import { endpointOf } from "../../src/capabilities/webhooks/settings";
import { readWholeConfig } from "../../src/contributions";
import { actsOf } from "../../src/process/acts";
import { newTestDatabase } from "../support/databases";
import { secret, startGatehouse } from "../support/harness";
import { webhookSecret } from "../support/webhook-receiver";

/** What an operator may write about webhooks. */

const read = (settings: Record<string, string>) => readWholeConfig(settings, [webhooks]);
const production = {
  ...{ BETTER_AUTH_URL: "https://login.example.com", BETTER_AUTH_SECRET: secret },
  ...{ GATEHOUSE_DB_DRIVER: "embedded", MAIL: "off" },
};
const [url, key] = ["https://api.example.com/hooks?a=b", webhookSecret("a")];
/** 25 bytes whose last letter says more than they need: another program may read them as other bytes, or not at all. */
const unusedBits = `whsec_${"A".repeat(33)}B==`;

test("webhooks are off without an address, and go to the one that is named, signed by one secret or two", () => {
  expect(endpointOf(read({}))).toBeUndefined();
  const one = { GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_SECRET: key };
  expect(endpointOf(read({ ...production, ...one }))).toEqual({
    ...{ url: new URL(url), secrets: [key], reach: "internet" },
  });
  const two = { ...one, GATEHOUSE_WEBHOOK_SECRET: `${webhookSecret("b")}, ${key}` };
  expect(endpointOf(read(two))?.secrets).toEqual([webhookSecret("b"), key]);
});

test("webhooks reach this machine where its name is their address in local mode, and private networks if asked", () => {
  const reach = (more: Record<string, string>) => endpointOf(read({ GATEHOUSE_WEBHOOK_SECRET: key, ...more }))?.reach;
  expect(reach({ GATEHOUSE_WEBHOOK_URL: "http://localhost:4000/" })).toBe("this machine");
  expect(reach({ GATEHOUSE_WEBHOOK_URL: url })).toBe("internet");
  expect(reach({ ...production, GATEHOUSE_WEBHOOK_URL: "https://localhost:4000/" })).toBe("internet");
  const allowed = { ...production, GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_ALLOW_PRIVATE: "on" };
  expect(reach(allowed)).toBe("own networks");
});

test.each<[settings: Record<string, string>, line: string]>([
  [{ GATEHOUSE_WEBHOOK_URL: url }, "GATEHOUSE_WEBHOOK_SECRET: required by GATEHOUSE_WEBHOOK_URL."],
  [{ GATEHOUSE_WEBHOOK_SECRET: key }, "GATEHOUSE_WEBHOOK_SECRET: signs nothing yet."],
  [
    { ...production, GATEHOUSE_WEBHOOK_URL: "http://localhost:4000/", GATEHOUSE_WEBHOOK_SECRET: key },
    "GATEHOUSE_WEBHOOK_URL: must be an https address",
  ],
  ...[
    "http://api.example.com/",
    "https://me:secret@api.example.com/",
    "https://a.example/#x",
    "https://${HOST}/",
    "ftp://a.example",
    "x",
  ].map((address): [Record<string, string>, string] => [
    { GATEHOUSE_WEBHOOK_URL: address, GATEHOUSE_WEBHOOK_SECRET: key },
    "GATEHOUSE_WEBHOOK_URL: must be an https address",
  ]),
  ...[
    key.slice(6),
    "whsec_c2hvcnQ=",
    `${key},${key}`,
    [..."abc"].map(webhookSecret).join(),
    `${key},`,
    `${key}!`,
    unusedBits,
  ].map((secrets): [Record<string, string>, string] => [
    { GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_SECRET: secrets },
    "GATEHOUSE_WEBHOOK_SECRET: must be `whsec_` and 24 to 64 random bytes in base64",
  ]),
  [{ GATEHOUSE_WEBHOOK_ALLOW_PRIVATE: "yes" }, "GATEHOUSE_WEBHOOK_ALLOW_PRIVATE: must be `on` or `off`"],
])("webhooks stop the start by what is wrong with them, case %#", (settings, line) => {
  expect(() => read(settings)).toThrow(line);
});

const named = { GATEHOUSE_WEBHOOK_URL: url, GATEHOUSE_WEBHOOK_SECRET: key };

test("without an endpoint nothing is kept, and a start without one forgets it", async () => {
  const database = await newTestDatabase();
  const on = await startGatehouse(named, { ...database, remove: async () => undefined }, [webhooks]);
  expect(await on.rows("select origin from gatehouse.webhook_endpoint")).toEqual([
    { origin: "https://api.example.com" },
  ]);
  await on.close();
  const off = await startGatehouse({}, database, [webhooks]);
  await off.rows(`insert into "user" (id, name, email) values ('off', 'Off', 'off@example.org')`);
  await off.rows(`delete from "user"`);
  expect(await off.rows("select 1 from gatehouse.webhook_endpoint")).toEqual([]);
  expect(await off.rows("select 1 from gatehouse.webhook")).toEqual([]);
  await off.rows("insert into gatehouse.webhook (type, given_up_at) values ('user.created', now())"); // of before
  const acts = await actsOf([webhooks]);
  for (const verb of ["test", "retry"])
    expect(await Promise.resolve(acts.webhooks?.(off.given, verb)).catch((error: Error) => error.message)).toBe(
      "Webhooks are off. Start the program with GATEHOUSE_WEBHOOK_URL.",
    );
  expect(await off.rows("select 1 from gatehouse.webhook where given_up_at is not null")).toHaveLength(1);
  await off.close();
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { newPerson, type Gatehouse, type Person } from "../support/harness";
import { secret } from "../support/on-postgres";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { startReplica } from "../support/race";
import { twoFactorApp, type Enrolled, type TwoFactorApp } from "../support/two-factor-app";

/** Second factors of an app that had Better Auth's own plugin, with rows that the plugin wrote. */

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

/** A database with an app's people in it. */
async function livedIn(live: (app: TwoFactorApp) => Promise<void>, under = secret): Promise<string> {
  const name = await postgres.createDatabase();
  const app = await twoFactorApp({ url: postgres.url(name), secret: under });
  await live(app);
  await app.close();
  return name;
}

const startOn = (name: string, more: Record<string, string> = {}): Promise<Gatehouse> =>
  startReplica(postgres, name, { settings: { BETTER_AUTH_SECRET: secret, ...more }, capabilities: [twoFactor] });

async function waiting(gatehouse: Gatehouse, person: Person) {
  const visitor = gatehouse.visitor();
  const { location } = await visitor.signIn(person);
  return { visitor, location };
}

describe("a second factor of another app", () => {
  test("is taken over: its app signs in, and each backup code that was left, once", async () => {
    const person = newPerson();
    const enrolled: Enrolled[] = [];
    const name = await livedIn(async (app) => {
      const made = await app.join(person);
      await app.useBackupCode(person, made.backupCodes[0] ?? "");
      enrolled.push(made);
    });
    const { code, backupCodes } = enrolled[0] ?? { code: () => "", backupCodes: [] };
    const gatehouse = await startOn(name);
    const first = await waiting(gatehouse, person);
    expect(first.location).toBe("/second-step");
    expect((await first.visitor.post("/second-step", { code: code() })).location).toBe("/account");
    const [used = "", left = ""] = backupCodes;
    const second = await waiting(gatehouse, person);
    expect((await second.visitor.post("/second-step", { recovery: used })).status).toBe(422);
    expect((await second.visitor.post("/second-step", { recovery: left })).location).toBe("/account");
    expect((await second.visitor.get("/account/security/second-factor")).text).toContain("8 recovery codes left");
    expect(JSON.stringify(await gatehouse.rows("select * from gatehouse.authenticator_app"))).not.toContain(left);
    await gatehouse.close();
  });
});

describe("a second factor of another app", () => {
  test("that was never finished is none, and one that was turned off here stays off", async () => {
    const [unfinished, person] = [newPerson(), newPerson()];
    const made: Enrolled[] = [];
    const name = await livedIn(async (app) => {
      await app.begin(unfinished);
      made.push(await app.join(person));
    });
    const gatehouse = await startOn(name);
    expect((await waiting(gatehouse, unfinished)).location).toBe("/account");
    const { visitor } = await waiting(gatehouse, person);
    await visitor.post("/second-step", { code: made[0]?.code() ?? "" });
    const off = { act: "off", code: made[0]?.backupCodes[3] ?? "" };
    expect((await visitor.post("/account/security/second-factor", off)).location).toContain("/second-factor");
    await gatehouse.close();
    const again = await startOn(name);
    expect((await waiting(again, person)).location).toBe("/account");
    await again.close();
  });
});

describe("a second factor of another app", () => {
  test("under another secret stops the start, in words, and lets nobody in without it", async () => {
    const person = newPerson();
    const name = await livedIn(async (app) => void (await app.join(person)), "the-secret-of-that-app-alone-0123456789");
    const why = await startOn(name).catch((error: Error) => error.message);
    expect(why).toContain("BETTER_AUTH_SECRET: people have a second factor in the app that uses this database");
    expect(why).toContain("this secret does not read those of 1 person");
    const remedy = /update "user".*;/.exec(String(why))?.[0] ?? "";
    await postgres.query(name, remedy);
    const gatehouse = await startOn(name);
    expect((await waiting(gatehouse, person)).location).toBe("/account");
    await gatehouse.close();
  });
});

describe("a second factor of another app", () => {
  test("that is a code by mail stops the start too, because there is none here", async () => {
    const name = await livedIn(async (app) => void (await app.begin(newPerson())));
    await postgres.query(name, `update "user" set two_factor_enabled = true`);
    const why = await startOn(name).catch((error: Error) => error.message);
    expect(why).toContain("1 person is sent their codes, which there is not here");
  });

  test("stops a start with the second factor switched off, as any restriction that is not known does", async () => {
    const name = await livedIn(async (app) => void (await app.join(newPerson())));
    const why = await startOn(name, { GATEHOUSE_SECOND_FACTOR: "off" }).catch((error: Error) => error.message);
    expect(why).toContain(`1 row restricts somebody by the table "two_factor"`);
  });

  test("is found under the names of each of its adapters, and is taken over by one of two replicas", async () => {
    const person = newPerson();
    const name = await livedIn(async (app) => void (await app.join(person)));
    await postgres.query(name, `alter table two_factor rename to "twoFactor"`);
    for (const [snake, camel] of [
      ["user_id", "userId"],
      ["backup_codes", "backupCodes"],
    ])
      await postgres.query(name, `alter table "twoFactor" rename ${snake} to "${camel}"`);
    await postgres.query(name, `alter table "user" rename two_factor_enabled to "twoFactorEnabled"`);
    const both = await Promise.all([startOn(name), startOn(name)]);
    expect(await postgres.query(name, "select count(*)::int as n from gatehouse.recovery_code")).toEqual([{ n: 10 }]);
    for (const gatehouse of both) {
      expect((await waiting(gatehouse, person)).location).toBe("/second-step");
      await gatehouse.close();
    }
  });
});

test("a start with another secret than its own second factors were sealed under is refused, in words", async () => {
  const person = newPerson();
  const name = await livedIn(async (app) => void (await app.join(person)));
  await (await startOn(name)).close();
  await postgres.query(name, "drop table two_factor");
  const other = { BETTER_AUTH_SECRET: "another-secret-that-opens-nothing-0123456789" };
  const why = String(await startOn(name, other).catch((error: Error) => error.message));
  expect(why).toContain("BETTER_AUTH_SECRET: the second factors of 1 person are encrypted under another secret");
  await postgres.query(name, /delete from .*;/.exec(why)?.[0] ?? "");
  const gatehouse = await startOn(name, other);
  expect((await waiting(gatehouse, person)).location).toBe("/account");
  await gatehouse.close();
});

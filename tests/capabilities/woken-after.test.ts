import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Database, Orm } from "../../db/types";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import type { Acts } from "../../src/process/acts";
import { newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** Whoever looks for mails is woken when there are some to be seen: a look before the commit finds none. */

let gatehouse: Gatehouse;
let verbs: Acts;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, administration]);
  verbs = { ...(await twoFactor.verbs?.()), ...(await administration.verbs?.()) };
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

/** A database that counts the transactions which have begun and not ended. */
function counted(database: Database) {
  let open = 0;
  const counting =
    <Of extends unknown[], Result>(transaction: (...of: Of) => Promise<Result>) =>
    async (...of: Of): Promise<Result> => {
      open++;
      return transaction(...of).finally(() => open--);
    };
  const ormOf = (orm: Orm): Orm =>
    new Proxy(orm, {
      get: (of, name) => (name === "transaction" ? counting(of.transaction.bind(of)) : Reflect.get(of, name)),
    });
  const counts: Database = {
    ...database,
    orm: ormOf(database.orm),
    withoutDeadlines: (work) => database.withoutDeadlines((orm) => work(ormOf(orm))),
    transactionWithoutDeadlines: counting(
      database.transactionWithoutDeadlines,
    ) as typeof database.transactionWithoutDeadlines,
  };
  return { database: counts, open: () => open };
}

/** How many transactions were open each time that the verb woke somebody. */
async function openWhenWoken(verb: string, ...typed: string[]) {
  const { database, open } = counted(gatehouse.given.database);
  const woken: number[] = [];
  await verbs[verb]?.({ ...gatehouse.given, database, wake: () => void woken.push(open()) }, ...typed);
  return woken;
}

test("a second factor that an operator takes off", async () => {
  const { person } = await newFactorOwner(gatehouse);
  expect(await openWhenWoken("second-factor", "off", person.email)).toEqual([0]);
});

test("what the administration does to people", async () => {
  const who = (await gatehouse.visitor().join()).email;
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [who]);
  for (const typed of [
    ["suspend", who, "--reason=spam"],
    ["resume", who],
    ["link", who],
    ["add", `new.${who}`],
  ])
    expect([typed, await openWhenWoken("users", ...typed)]).toEqual([typed, [0]]);
});

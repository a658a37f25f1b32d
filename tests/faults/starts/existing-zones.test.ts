import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Person } from "../../support/harness";
import { existingApps, type ExistingApps } from "../../support/existing-cases";

/** Times without a zone in an existing app's database: Better Auth writes UTC, whatever the zone of the server. */

let apps: ExistingApps;
beforeAll(async () => {
  apps = await existingApps();
});
afterAll(() => apps.remove());

/** A copy of the app's database in a zone, in which a column says something until an hour from now, or an hour ago. */
async function inZone(zone: string, column: string, hours: { ada: number; bob: number }) {
  const untilOf = ({ email }: Person, count: number) =>
    `update "user" set ${column} = now() at time zone 'UTC' + ${count} * interval '1 hour' where email = '${email}'`;
  const { ada, bob } = apps;
  const database = await apps.copy(
    `alter table "user" add ${column} timestamp; ${untilOf(ada, hours.ada)}; ${untilOf(bob, hours.bob)}`,
  );
  await apps.postgres.query("postgres", `alter database ${database} set timezone = '${zone}'`);
  return database;
}

for (const zone of ["Asia/Tokyo", "America/Los_Angeles"]) {
  test(`a ban ends when the app says, on a server in ${zone}`, async () => {
    const database = await inZone(zone, "ban_expires", { ada: 1, bob: -1 });
    await apps.asSuperuser(database, `alter table "user" add banned boolean default true`);
    const gatehouse = await apps.gatehouseOn(database);
    const leads = async (person: Person) => (await gatehouse.visitor().signIn(person)).location;
    expect([await leads(apps.ada), await leads(apps.bob)]).toEqual(["/suspended", "/account"]);
    await gatehouse.close();
  });

  test(`a time until which somebody is kept out is refused until then, on a server in ${zone}`, async () => {
    const refusal = await apps.refusalOn(await inZone(zone, "locked_until", { ada: 1, bob: -1 }));
    expect(refusal).toContain("locked_until");
    expect(await apps.takeOver(await inZone(zone, "locked_until", { ada: -1, bob: -1 }))).toEqual([]);
  });
}

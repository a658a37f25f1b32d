import { afterAll, beforeAll, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { doneOf } from "../../src/process/acts";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** What finds nothing to do, because it was done before or came to its end by itself, or finds too much. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
});
afterAll(() => gatehouse.close());

const type = async (verb: string, ...values: string[]) =>
  doneOf((await (await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)) ?? "").said;

/** Somebody who has confirmed their address. */
async function member() {
  const { email } = await gatehouse.visitor().join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
  return email;
}

/** The kinds of the events about somebody that an operator made. */
const eventsOf = async (email: string) =>
  (
    await gatehouse.rows<{ kind: string }>(
      `select kind from gatehouse.event where user_id = (select id from "user" where email = $1) and actor = 'operator'
        order by id`,
      [email],
    )
  ).map(({ kind }) => kind);

test("the end of a suspension that is over, or never was, is no event, and told to nobody", async () => {
  const [over, never] = [await member(), await member()];
  await type("users", "suspend", over, "--until=2199-12-31");
  await gatehouse.rows("update gatehouse.suspension set until = now()");
  expect(await type("users", "show", over)).not.toContain("suspended until");
  for (const email of [over, never])
    expect(await type("users", "resume", email)).toBe("This person was not suspended.");
  expect([await eventsOf(over), await eventsOf(never)]).toEqual([["suspended"], []]);
  expect((await gatehouse.mailsTo(over))[0]?.subject).toBe("Gatehouse: your account is suspended");
});

test("the overview leads on where what happened is too much to be counted in time", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
  await giveRole(gatehouse, email);
  await gatehouse.rows(`create function late() returns boolean language plpgsql as
      $$ begin raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$;
    alter table gatehouse.event rename to event_kept;
    create view gatehouse.event as select * from gatehouse.event_kept where late()`);
  const shown = await visitor.impatient().get("/admin");
  await gatehouse.rows(`drop view gatehouse.event; drop function late;
    alter table gatehouse.event_kept rename to event`);
  expect([shown.status, shown.text.includes("numbers of the last 14 days could not be counted")]).toEqual([200, true]);
  expect(shown.page.querySelector('nav a[href="/admin/people"]')).not.toBeNull();
  expect((await visitor.get("/admin")).page.querySelectorAll("svg.bars")).toHaveLength(3);
});

test("a role that somebody has is not given to them once more", async () => {
  const email = await member();
  for (const said of ["has the role now", "had the role already"])
    expect(await type("admins", "add", email)).toBe(`This person ${said}.`);
  expect(await eventsOf(email)).toEqual(["role_given"]);
});

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { doneOf } from "../../src/process/acts";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** What administrators do to somebody who is not as they were a moment ago, or may not act themselves. */

let gatehouse: Gatehouse;
let admin: Visitor;
let support: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  [admin, support] = [(await joined("admin")).visitor, (await joined("support")).visitor];
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

/** Somebody who has confirmed and signed in, with a role or without. */
async function joined(role?: "admin" | "support") {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const confirmed = `update "user" set email_verified = true where email = $1 returning id`;
  const [row] = await gatehouse.rows<{ id: string }>(confirmed, [email]);
  if (role) await giveRole(gatehouse, email, role);
  return { email, visitor, id: row?.id ?? "", path: `/admin/people/${row?.id}` };
}

const reason = "ticket 7";

/** What a page offers to do. */
const offeredOn = async (visitor: Visitor, path: string) =>
  (await visitor.get(path)).page.querySelectorAll(".acts a").map((link) => link.getAttribute("href")?.split("/").pop());

/** Types a verb; what it said. */
const type = async (verb: string, ...values: string[]) =>
  doneOf((await (await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)) ?? "").said;

test("whoever is suspended keeps the role, which is shown, and can be taken before they are back", async () => {
  const other = await joined("admin");
  await admin.post(`${other.path}/suspend`, { reason });
  const { page } = await admin.get(other.path);
  expect(page.querySelector(".badges")?.text).toContain("Administrator");
  expect(await type("users", "show", other.email)).toContain("has the role admin");
  const offered = await offeredOn(admin, other.path);
  expect([offered.includes("take-admin"), offered.includes("give-admin")]).toEqual([true, false]);
  expect(await offeredOn(support, other.path)).toEqual([]);
  await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [other.id]);
  expect((await support.post(`${other.path}/resend`, { reason })).status).toBe(422);
  expect((await admin.post(`${other.path}/take-admin`, { reason })).location).toBe(`${other.path}?done=take-admin`);
  expect(await gatehouse.rows("select role from gatehouse.role where user_id = $1", [other.id])).toEqual([]);
});

test("whoever is kept out by a column of an existing app is shown to be, beside what ends a suspension", async () => {
  const { id, path } = await joined();
  const alerts = async () =>
    (await admin.get(path)).page.querySelectorAll("main .alert").map(({ text }) => text.trim());
  const words = "Kept out by a column of the table “user”";
  await gatehouse.rows(`alter table "user" add banned boolean`);
  await gatehouse.rows("insert into gatehouse.blocked_column values ('banned', 'set')");
  expect(await alerts()).toEqual([]);
  await gatehouse.rows(`update "user" set banned = true where id = $1`, [id]);
  expect(await alerts()).toEqual([expect.stringContaining(words)]);
  expect((await admin.get(path)).page.querySelector(".badges")?.text).toContain("Suspended");
  await admin.post(`${path}/suspend`, { reason });
  expect(await alerts()).toEqual([expect.stringContaining("Suspended since"), expect.stringContaining(words)]);
  await gatehouse.rows("delete from gatehouse.blocked_column");
  await gatehouse.rows(`alter table "user" drop banned`);
  expect(await alerts()).toEqual([expect.stringContaining("Suspended since")]);
});

test("an address is confirmed that was seen, and not the one that they have by then", async () => {
  const { id, path } = await joined();
  const isConfirmed = async () =>
    (await gatehouse.rows<{ is: boolean }>(`select email_verified as is from "user" where id = $1`, [id]))[0]?.is;
  await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [id]);
  const form = await admin.get(`${path}/confirm`);
  await type("users", "set-email", id, "chief@example.org");
  const refused = await admin.submit(form, { reason });
  expect([refused.status, refused.text.includes("another email address by now")]).toEqual([422, true]);
  expect(await isConfirmed()).toBe(false);
  expect(refused.page.querySelector("#act-form .who")?.text).toContain("chief@example.org");
  expect((await admin.submit(refused, { reason })).location).toBe(`${path}?done=confirm`);
  expect(await isConfirmed()).toBe(true);
});

test("whoever has a role gets no address of which nobody says that it is known to be theirs", async () => {
  for (const role of ["admin", "support"] as const) {
    const { id, path, email } = await joined(role);
    const now = () => gatehouse.rows(`select email, email_verified as "is" from "user" where id = $1`, [id]);
    const to = `typo.${email}`;
    const refusal = await type("users", "set-email", id, to).catch((error: Error) => error.message);
    expect(refusal).toContain("has a role. Remove it first");
    const form = await admin.get(`${path}/email`);
    const refused = await admin.submit(form, { reason, email: to });
    const said = refused.page.querySelector("#email-note")?.text;
    expect([refused.status, said]).toEqual([422, expect.stringContaining("has a role. Remove it first")]);
    expect(await now()).toEqual([{ email, is: true }]);
    expect((await admin.submit(refused, { reason, isConfirmed: "on" })).location).toBe(`${path}?done=email`);
    expect(await now()).toEqual([{ email: to, is: true }]);
    await type("admins", "remove", id, `--role=${role}`);
    await type("users", "set-email", id, email);
    expect(await now()).toEqual([{ email, is: false }]);
  }
});

test("whoever gives up their own role is led to their account, as there is no administration for them", async () => {
  const one = await joined("admin");
  const given = await one.visitor.post(`${one.path}/take-admin`, { reason });
  expect([given.location, (await one.visitor.get(given.location ?? "")).status]).toEqual(["/account", 200]);
  const both = await joined("admin");
  await giveRole(gatehouse, both.email, "support");
  expect((await both.visitor.post(`${both.path}/take-admin`, { reason })).location).toBe(
    `${both.path}?done=take-admin`,
  );
});

test("of two administrators who suspend each other at once, beside a third one, one is suspended", async () => {
  const [one, other] = [await joined("admin"), await joined("admin")];
  await Promise.all([
    one.visitor.post(`${other.path}/suspend`, { reason }),
    other.visitor.post(`${one.path}/suspend`, { reason }),
  ]);
  const kept = "select 1 from gatehouse.suspension where user_id in ($1, $2)";
  expect(await gatehouse.rows(kept, [one.id, other.id])).toHaveLength(1);
});

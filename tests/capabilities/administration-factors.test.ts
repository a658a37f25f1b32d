import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { halfAMinuteLater, newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { linkIn } from "../support/mails";

/** Administrators with a second factor: both factors are proved within the last minutes, or nothing is done. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys, administration]);
});
afterAll(() => gatehouse.close());

/** An administrator with an app, whose session is an hour old; somebody else, and what is to be done to them. */
async function staleAdmin() {
  const admin = await newFactorOwner(gatehouse);
  await giveRole(gatehouse, admin.person.email, "admin");
  const fresh = gatehouse.visitor();
  await fresh.signIn(admin.person);
  await fresh.post("/second-step", { code: admin.app.code() });
  await halfAMinuteLater(gatehouse, admin.person);
  await gatehouse.rows(
    `with hers as (update session set created_at = now() - interval '1 hour'
       where user_id = (select id from "user" where email = $1) returning id)
     update gatehouse.session_factor f set proved_at = now() - interval '1 hour' from hers where hers.id = f.id`,
    [admin.person.email],
  );
  const other = gatehouse.visitor();
  const { email } = await other.join();
  const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  return { ...admin, visitor: fresh, other, path: `/admin/people/${row?.id}/sign-out` };
}

const sessionOf = async (visitor: Visitor) => JSON.parse((await visitor.get("/api/session")).text).session;
const isSignedIn = async (visitor: Visitor) => (await visitor.get("/api/session")).status === 200;

describe("an administrator with an authenticator app", () => {
  test("proves password and code at once, and then it is done", async () => {
    const { visitor, person, app, other, path } = await staleAdmin();
    const asked = await visitor.post(path, { reason: "ticket 7" });
    expect([asked.status, await isSignedIn(other)]).toEqual([403, true]);
    const fields = ["proof", "code"].map((name) => asked.page.querySelector(`#proof-form input[name=${name}]`));
    expect(fields.includes(null)).toBe(false);
    for (const wrong of [
      { proof: person.password, code: "" },
      { proof: person.password, code: "000000" },
      { proof: "", code: app.code() },
      { proof: "a wrong pass phrase", code: app.code() },
    ])
      expect([wrong, (await visitor.submit(asked, wrong)).status]).toEqual([wrong, 422]);
    expect([await isSignedIn(visitor), await isSignedIn(other)]).toEqual([true, true]);
    const done = await visitor.submit(asked, { proof: person.password, code: app.code() });
    expect([done.status, await isSignedIn(other)]).toEqual([303, false]);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["password", "totp"], fresh: true });
    const suspend = path.replace("sign-out", "suspend");
    expect((await visitor.post(suspend, { reason: "ticket 7" })).location).toEndWith("?done=suspend");
  });
});

describe("an administrator with an authenticator app", () => {
  test("is not spared the code by a password typed for something else", async () => {
    const { visitor, person, other, path } = await staleAdmin();
    const changed = { email: `new.${person.email}`, proof: person.password };
    expect((await visitor.post("/account/email", changed)).status).toBe(303);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, fresh: true });
    expect([(await visitor.post(path, { reason: "ticket 7" })).status, await isSignedIn(other)]).toEqual([403, true]);
  });

  test("types no password where a new one was just chosen with the old one, but the code", async () => {
    const { visitor, person, other, path } = await staleAdmin();
    const fields = { current: person.password, password: "another long pass phrase 7" };
    expect((await visitor.post("/account/password", fields)).status).toBe(303);
    expect([(await visitor.post(path, { reason: "ticket 7" })).status, await isSignedIn(other)]).toEqual([403, true]);
  });

  test("is asked for the password alone where one factor is enough", async () => {
    const { visitor } = await staleAdmin();
    const asked = await visitor.post("/account/email", { email: "somewhere@example.org" });
    expect([asked.status, asked.page.querySelector("[name=code]")]).toEqual([403, null]);
    expect(asked.page.querySelector("[name=proof]")).not.toBeNull();
  });
});

describe("a code beside the password", () => {
  test("works once, and a recovery code does as well", async () => {
    const { visitor, person, app, path } = await staleAdmin();
    const asked = await visitor.post(path, { reason: "ticket 7" });
    const code = app.recovery[0] ?? "";
    expect((await visitor.submit(asked, { proof: person.password, code })).status).toBe(303);
    expect(await sessionOf(visitor)).toMatchObject({ methods: ["password", "recovery"] });
    await gatehouse.rows("update gatehouse.session_factor set proved_at = now() - interval '1 hour'");
    const again = await visitor.post(path.replace("sign-out", "suspend"), { reason: "ticket 8" });
    expect(again.status).toBe(403);
    expect((await visitor.submit(again, { proof: person.password, code })).status).toBe(422);
  });

  test("is counted with the guesses at sign-in", async () => {
    const { visitor, person, path } = await staleAdmin();
    const asked = await visitor.post(path, { reason: "ticket 7" });
    const tries: number[] = [];
    for (let i = 0; i < 6; i++)
      tries.push((await visitor.submit(asked, { proof: person.password, code: `00000${i}` })).status);
    expect(tries).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

test("where the second factor was switched off meanwhile, the password is enough", async () => {
  const { visitor, person, other, path } = await staleAdmin();
  await gatehouse.rows("delete from gatehouse.authenticator_app");
  const asked = await visitor.post(path, { reason: "ticket 7" });
  expect((await visitor.submit(asked, { proof: person.password })).status).toBe(303);
  expect(await isSignedIn(other)).toBe(false);
});

test("a second factor that is lost is kept by no link that went to a former address", async () => {
  const { person } = await newFactorOwner(gatehouse);
  const visitor = gatehouse.visitor();
  await visitor.signIn(person);
  await visitor.post("/second-step/lost", {});
  const mails = await gatehouse.mailsTo(person.email);
  const link = mails.map(({ text }) => linkIn(text, "/keep-second-factor")).find((found) => found !== "") ?? "";
  const keep = await gatehouse.visitor().get(link);
  const { users } = (await administration.verbs?.()) ?? {};
  await users?.(gatehouse.given, "set-email", person.email, `new.${person.email}`, "--confirmed");
  expect([keep.status, (await gatehouse.visitor().submit(keep, {})).status]).toEqual([200, 404]);
  const lost = `select 1 from gatehouse.factor_loss where user_id = (select id from "user" where email = $1)`;
  expect(await gatehouse.rows(lost, [`new.${person.email}`])).toHaveLength(1);
});

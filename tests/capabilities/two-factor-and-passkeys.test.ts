import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { get } from "../support/authenticator";
import { halfAMinuteLater, newFactorOwner, recoveryOn } from "../support/authenticator-app";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { add, enter, list, proofOptions, signInOptions } from "../support/passkeys";

/** An authenticator app and passkeys together: each opens what the other opens, and neither takes the other away. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

const page = "/account/security/second-factor";

const sessionOf = async (visitor: Visitor) => {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
};

/** Somebody who has both. */
async function owner() {
  const owned = await newFactorOwner(gatehouse);
  const { held } = await add(owned.visitor);
  return { ...owned, held };
}

describe("a passkey beside an app", () => {
  test("signs in by itself: it is two factors, and no code is asked for", async () => {
    const { held } = await owner();
    const visitor = gatehouse.visitor();
    expect((await enter(visitor, held)).location).toBe("/account");
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["passkey"] });
  });

  test("leaves the code to be asked for after the password, in whose place it can be used", async () => {
    const { person, held, app } = await owner();
    const visitor = gatehouse.visitor();
    expect((await visitor.signIn(person)).location).toBe("/second-step");
    const step = await visitor.get("/second-step");
    expect(step.page.querySelector("form[action='/sign-in/passkey'] [data-passkey]")).not.toBeNull();
    expect((await enter(visitor, held)).location).toBe("/account");
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["passkey"] });
    const other = gatehouse.visitor();
    await other.signIn(person);
    expect((await other.post("/second-step", { code: app.code() })).location).toBe("/account");
    const without = await newFactorOwner(gatehouse);
    const third = gatehouse.visitor();
    await third.signIn(without.person);
    expect((await third.get("/second-step")).page.querySelector("[data-passkey]")).toBeNull();
  });

  test("stops that the app is taken off as lost no sooner than its owner says so", async () => {
    const { visitor, person } = await owner();
    const thief = gatehouse.visitor();
    await thief.signIn(person);
    await thief.post("/second-step/lost", {});
    const shown = await visitor.get(page);
    expect(shown.text).toContain("This will be turned off on");
    expect((await visitor.post(page, { act: "keep" })).location).toBe(page);
    expect((await visitor.get(page)).text).not.toContain("This will be turned off on");
    expect((await visitor.get("/account/activity")).text).toContain("Two-step sign-in kept on");
  });
});

test("a passkey makes no recovery codes for an app that was turned off while it was looked at", async () => {
  const { visitor, held } = await owner();
  await gatehouse.rows(`create function meanwhile() returns trigger language plpgsql as
      $$ begin delete from gatehouse.authenticator_app where user_id = new.user_id;
        delete from gatehouse.recovery_code where user_id = new.user_id; return new; end $$;
    create trigger meanwhile before update on gatehouse.passkey for each row execute function meanwhile()`);
  const passkey = await get(await proofOptions(visitor), gatehouse.origin, held);
  const made = await visitor.post(page, { act: "codes", passkey });
  await gatehouse.rows("drop function meanwhile() cascade");
  expect([made.location, recoveryOn(made)]).toEqual([page, []]);
  expect((await visitor.get(page)).text).toContain("Protect this account with a code");
});

test("a code, or a passkey, that was right is not called wrong, or late, while no session can be kept", async () => {
  const { person, app, held } = await owner();
  const [byCode, byPasskey] = [gatehouse.visitor().impatient(), gatehouse.visitor().impatient()];
  await byCode.signIn(person);
  const passkey = await get(await signInOptions(byPasskey), gatehouse.origin, held);
  await gatehouse.rows(`create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'no' using errcode = '53300'; end $$;
    create trigger fail before insert on session for each row execute function fail()`);
  const got = [
    await byCode.post("/second-step", { code: app.code() }),
    await byPasskey.post("/sign-in/passkey", { passkey }),
  ];
  await gatehouse.rows("drop function fail cascade");
  expect(got.map(({ status, text }) => [status, text.includes("We can’t do that right now")])).toEqual([
    [503, true],
    [503, true],
  ]);
});

describe("a passkey beside an app", () => {
  test("turns the app off in place of a code, and goes on being two factors", async () => {
    const { visitor, person, held } = await owner();
    const asked = await visitor.post(page, { act: "off" });
    expect(asked.page.querySelector("[data-passkey]")?.getAttribute("data-kind")).toBe("prove");
    const other = gatehouse.visitor();
    await enter(other, held);
    const passkey = await get(await proofOptions(visitor), gatehouse.origin, held);
    expect((await visitor.post(page, { act: "off", code: "", passkey })).location).toBe(page);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["passkey"] });
    expect(await sessionOf(other)).toBe(401);
    const stranger = gatehouse.visitor();
    await stranger.signIn(person);
    expect(await sessionOf(stranger)).toMatchObject({ factors: 1, methods: ["password"] });
    const subjects = (await gatehouse.mailsTo(person.email)).map(({ subject }) => subject);
    expect(subjects).toContain("Gatehouse: two-step sign-in is off");
  });

  test("of somebody else, or used before, changes nothing of the app", async () => {
    const { visitor, held } = await owner();
    const other = await owner();
    const foreign = await get(await proofOptions(visitor), gatehouse.origin, other.held);
    expect((await visitor.post(page, { act: "off", code: "", passkey: foreign })).status).toBe(422);
    const passkey = await get(await proofOptions(visitor), gatehouse.origin, held);
    const made = await visitor.post(page, { act: "codes", passkey });
    expect(made.page.querySelectorAll(".recovery-codes li").length).toBe(10);
    expect((await visitor.post(page, { act: "off", passkey })).status).toBe(422);
    expect((await visitor.get(page)).text).toContain("10 recovery codes left");
  });
});

describe("a passkey beside an app", () => {
  test("is removed only with a fresh proof, and leaves the app as it is", async () => {
    const { visitor, person } = await owner();
    const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>(
      `select p.id from gatehouse.passkey p join "user" u on u.id = p.user_id where u.email = $1`,
      [person.email],
    );
    await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
    const asked = await visitor.post(`${list}/${id}`, { remove: "on" });
    expect([asked.status, asked.page.querySelector("[name=proof]") !== null]).toEqual([403, true]);
    const removed = await visitor.post(`${list}/${id}`, { remove: "on", proof: person.password });
    expect(removed.status).toBe(303);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["password", "totp"] });
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/second-step");
  });
});

test("a session and a password add no passkey to an account with an app, and a code does", async () => {
  const { person, visitor, app } = await newFactorOwner(gatehouse);
  await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
  await gatehouse.rows("update gatehouse.session_factor set proved_at = now() - interval '1 hour'");
  const asked = await visitor.post(list, { new: "", proof: person.password });
  expect([asked.status, asked.page.querySelector("[name=code]") !== null]).toEqual([403, true]);
  await visitor.post("/account/export", { proof: person.password }); // which is enough for that, and a new session
  const options = await visitor.post(`${list}/options`, {});
  expect([options.status, (await visitor.post(list, { new: "" })).status]).toEqual([403, 403]);
  const proved = await visitor.post(list, { new: "", proof: person.password, code: app.code() });
  expect(proved.location).toBe(`${list}?notice=ready`);
  expect((await add(visitor)).got.location).toBe(`${list}?notice=added`);
});

test("a browser that is trusted adds no passkey without a code, of which it was asked for none", async () => {
  const { person, visitor, app } = await newFactorOwner(gatehouse);
  await visitor.post("/sign-out", {});
  await visitor.signIn(person);
  await visitor.post("/second-step", { code: app.code(), trust: "on" });
  await halfAMinuteLater(gatehouse, person);
  // An hour ago; and while the clock was ahead, or so by SQL.
  for (const until of ["until - interval '1 hour'", "now() + interval '32 days'", "'infinity'"]) {
    await visitor.post("/sign-out", {});
    await gatehouse.rows(`update gatehouse.trusted_browser set until = ${until}`);
    expect((await visitor.signIn(person)).location).toBe("/account");
    const trusted = { factors: 2, fresh: true, methods: ["password", "trusted-browser"] };
    expect([until, await sessionOf(visitor)]).toMatchObject([until, trusted]);
    const options = await visitor.post(`${list}/options`, {});
    expect([until, options.status, (await visitor.post(list, { new: "" })).status]).toEqual([until, 403, 403]);
  }
  expect((await visitor.post(list, { new: "", proof: person.password, code: app.code() })).status).toBe(303);
  expect((await add(visitor)).got.location).toBe(`${list}?notice=added`);
});

describe("switched off", () => {
  const off = { GATEHOUSE_SECOND_FACTOR: "off", GATEHOUSE_PASSKEYS: "off" };

  test("both are nowhere, and the core answers as if they were not there", async () => {
    const none = await startGatehouse(off, undefined, [twoFactor, passkeys]);
    const bare = await startGatehouse();
    for (const path of ["/second-step", "/second-step/set-up", page, list, "/sign-in/passkey/options"])
      expect([path, (await none.visitor().get(path)).status]).toEqual([path, 404]);
    const person = newPerson();
    const shown = async (of: Gatehouse) => {
      const visitor = of.visitor();
      const signIn = await visitor.get("/sign-in");
      await visitor.join(person);
      const pages = [signIn, await visitor.get("/account"), await visitor.get("/account/password")];
      return pages.map(({ page: seen }) => seen.querySelectorAll("a, button, h1, h2").map(({ text }) => text.trim()));
    };
    expect(await shown(none)).toEqual(await shown(bare));
    await none.close();
    await bare.close();
  });
});

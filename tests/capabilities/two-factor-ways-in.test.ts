import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { endpoints } from "../../src/auth/endpoints";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { halfAMinuteLater, newFactorOwner, type Authenticator } from "../support/authenticator-app";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** Every way in, none of which goes past the second factor, however much happens meanwhile. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

const sessionOf = async (visitor: Visitor) => {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
};

/** A stranger's browser that knows the password, and waits for the second step. */
async function waiting({ email, password }: Person) {
  const visitor = gatehouse.visitor();
  await visitor.post("/sign-in", { email, password });
  return visitor;
}

const devicesOf = async ({ email }: Person) =>
  (
    await gatehouse.rows('select 1 from gatehouse.device d join "user" u on u.id = d.user_id where u.email = $1', [
      email,
    ])
  ).length;

/** As if something were done to the account between the gate and the session that it let through. */
async function meanwhile(what: string) {
  await gatehouse.rows(`create function meanwhile() returns trigger language plpgsql as
    $$ begin ${what}; return new; end $$`);
  await gatehouse.rows("create trigger meanwhile before insert on session for each row execute function meanwhile()");
  return async () => void (await gatehouse.rows("drop function meanwhile() cascade"));
}

describe("a sign-in that passed the gate", () => {
  test("by the password leaves no session when a second factor is set up meanwhile", async () => {
    const person = newPerson();
    await gatehouse.visitor().signUp(person);
    const undo = await meanwhile(`insert into gatehouse.authenticator_app (user_id, secret, recovery_key)
      values (new.user_id, 'x', 'x')`);
    const visitor = gatehouse.visitor();
    expect([(await visitor.signIn(person)).status, await sessionOf(visitor)]).toEqual([422, 401]);
    await undo();
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/second-step");
  });

  test("with a code leaves none when app or password are others, or its browser loses its trust", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const undo = await meanwhile(
      "update gatehouse.authenticator_app set created_at = created_at + interval '1 second'",
    );
    const late = await visitor.post("/second-step", { code: app.code(), trust: "on" });
    expect([late.location, await sessionOf(visitor)]).toEqual(["/sign-in?notice=step_over", 401]);
    await undo();
    await halfAMinuteLater(gatehouse, person);
    await visitor.signIn(person);
    const undoPassword = await meanwhile("update account set password = password || '!' where user_id = new.user_id");
    const later = await visitor.post("/second-step", { code: app.code() });
    expect([later.location, await sessionOf(visitor)]).toEqual(["/sign-in?notice=step_over", 401]);
    await undoPassword();
    await gatehouse.rows("update account set password = rtrim(password, '!')");
    await halfAMinuteLater(gatehouse, person);
    await visitor.signIn(person);
    expect((await visitor.post("/second-step", { code: app.code(), trust: "on" })).location).toBe("/account");
    await visitor.post("/sign-out", {});
    const undoTrust = await meanwhile("delete from gatehouse.trusted_browser");
    expect([(await visitor.signIn(person)).status, await sessionOf(visitor)]).toEqual([422, 401]);
    await undoTrust();
  });
});

/** For each endpoint that can end in a session: how a person with a second factor is led through it. */
const waysIn: Record<string, (person: Person, app: Authenticator) => Promise<Visitor>> = {
  "/sign-in/email": (person) => waiting(person),
  /** Which makes the session of a way of our own: here of the six digits after a sign-up. */
  async "/gatehouse/session"() {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const [mail] = await gatehouse.mailsTo(person.email);
    await gatehouse.rows(
      `insert into gatehouse.authenticator_app (user_id, secret, recovery_key)
       select id, 'x', 'x' from "user" where email = $1`,
      [person.email],
    );
    const code = /\b\d{6}\b/.exec(mail?.text ?? "")?.[0] ?? "";
    const verified = await visitor.post("/verify-email", { email: person.email, code });
    expect(verified.location).toBe("/second-step");
    return visitor;
  },
};

describe("every way in", () => {
  const without = ["/get-session", "/sign-up/email", "/sign-out"];

  test("of the table of endpoints is known here, with how it asks for the second factor", () => {
    const known = [...Object.keys(waysIn), ...without];
    expect(Object.keys(endpoints).filter((path) => !known.includes(path))).toEqual([]);
  });

  for (const [path, arrive] of Object.entries(waysIn))
    test(`asks for the second factor: ${path}`, async () => {
      const { person, app } = await newFactorOwner(gatehouse);
      const visitor = await arrive(person, app);
      expect(await sessionOf(visitor)).toBe(401);
      expect((await visitor.get("/second-step")).status).toBe(200);
    });

  test("a sign-up makes no session, and neither does a new password by mail", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    await gatehouse.rows("delete from gatehouse.throttle"); // half a minute after the mail of the sign-up
    await gatehouse.visitor().post("/forgot-password", { email: person.email });
    const mail = (await gatehouse.mailsTo(person.email)).find(({ text }) => text.includes("/reset-password"));
    const token = /token=([\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
    const reader = gatehouse.visitor();
    const password = "a newly chosen pass phrase";
    const chosen = await reader.post("/reset-password", { token, password });
    expect([chosen.location, await sessionOf(reader)]).toEqual(["/second-step", 401]);
    expect(await devicesOf(person)).toBe(0);
    expect((await reader.post("/second-step", { code: app.code() })).location).toBe("/account");
  });
});

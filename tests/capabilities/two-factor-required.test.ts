import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { authenticatorOf, recoveryOn, secretOn } from "../support/authenticator-app";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { resetToken } from "../support/passwordless";

/** Where everybody has a second factor, where nobody has one, and what backends and proxies are told. */

const start = (mode: string, given?: TestDatabase) =>
  startGatehouse({ GATEHOUSE_SECOND_FACTOR: mode }, given, [twoFactor]);

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await start("required");
});
afterAll(() => gatehouse.close());

const statusOf = async (visitor: Visitor) => (await visitor.get("/api/session")).status;

/** Somebody who has an account, and signs in for the first time. */
async function arrived(returnTo?: string) {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const held = await visitor.post("/sign-in", { ...person, remember: "on", ...(returnTo && { return_to: returnTo }) });
  return { visitor, person, held };
}

test("a second factor for everybody without mail stops the start, and says what to set", async () => {
  const settings = { GATEHOUSE_SECOND_FACTOR: "required", MAIL: "off" };
  await expect(startGatehouse(settings, undefined, [twoFactor])).rejects.toThrow(
    /^GATEHOUSE_SECOND_FACTOR: `required` needs mail.*SMTP_URL/,
  );
});

describe("where a second factor is required", () => {
  test("whoever has none is led to set it up, and reaches nothing else before", async () => {
    const { visitor, held } = await arrived("/account/email");
    expect(held.location).toBe("/second-step/set-up?return_to=%2Faccount%2Femail");
    expect(await statusOf(visitor)).toBe(401);
    for (const path of ["/account", "/account/email", "/account/security/second-factor"])
      expect((await visitor.get(path)).location).toContain("/sign-in");
    expect((await visitor.get("/second-step")).location).toBe("/sign-in?notice=step_over");
    expect(await gatehouse.rows("select 1 from session")).toEqual([]);
  });

  test("sets it up with a right code, shows the codes once, and is let in by it", async () => {
    const { visitor, person, held } = await arrived("/account/email");
    const offered = await visitor.get(held.location ?? "");
    expect(offered.text).toContain("This site asks everyone to sign in with a code as well.");
    const app = authenticatorOf(secretOn(offered));
    expect((await visitor.submit(offered, { code: "000000" })).status).toBe(422);
    expect(await statusOf(visitor)).toBe(401);
    const made = await visitor.submit(offered, { code: app.code() });
    expect([made.status, recoveryOn(made).length, await statusOf(visitor)]).toEqual([200, 10, 200]);
    expect(made.page.querySelector('a[href="/account/email"]')?.text).toBe("Continue");
    expect((await visitor.submit(offered, { code: app.code(1) })).location).toBe("/account/email"); // sent twice
    const session = JSON.parse((await visitor.get("/api/session")).text).session;
    expect(session).toMatchObject({ factors: 2, methods: ["password", "totp"] });
    expect((await gatehouse.visitor().signIn(person)).location).toBe("/second-step");
  });
});

describe("where a second factor is required", () => {
  test("whoever waits to set one up puts none in the place of what the owner has set up meanwhile", async () => {
    const { visitor, person, held } = await arrived();
    const thief = gatehouse.visitor();
    await thief.signIn(person);
    const [own, theirs] = [await visitor.get(held.location ?? ""), await thief.get("/second-step/set-up")];
    await visitor.submit(own, { code: authenticatorOf(secretOn(own)).code() });
    const late = await thief.submit(theirs, { code: authenticatorOf(secretOn(theirs)).code() });
    expect([late.location, await statusOf(thief), await statusOf(visitor)]).toEqual([
      "/sign-in?notice=step_over",
      401,
      200,
    ]);
  });
});

describe("where a second factor is required", () => {
  test("whoever waits with a former password sets none up", async () => {
    const { visitor: thief, person } = await arrived();
    await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
    const offered = await thief.get("/second-step/set-up");
    const reader = gatehouse.visitor();
    const token = await resetToken(gatehouse, person);
    const chosen = await reader.post("/reset-password", { token, password: "a newly chosen pass phrase" });
    expect(chosen.location).toStartWith("/second-step/set-up");
    const late = await thief.submit(offered, { code: authenticatorOf(secretOn(offered)).code() });
    expect([late.location, recoveryOn(late)]).toEqual(["/sign-in?notice=step_over", []]);
    const own = await reader.get("/second-step/set-up");
    const made = await reader.submit(own, { code: authenticatorOf(secretOn(own)).code() });
    expect([recoveryOn(made).length, await statusOf(reader)]).toEqual([10, 200]);
  });

  test("whoever is suspended meanwhile sets none up, and is led to the page that says so", async () => {
    const { visitor, person, held } = await arrived();
    const offered = await visitor.get(held.location ?? "");
    await gatehouse.rows(`insert into gatehouse.suspension (user_id) select id from "user" where email = $1`, [
      person.email,
    ]);
    const late = await visitor.submit(offered, { code: authenticatorOf(secretOn(offered)).code() });
    expect([late.location, recoveryOn(late), await statusOf(visitor)]).toEqual(["/suspended", [], 401]);
    expect((await visitor.get("/suspended")).page.querySelector("h1")?.text).toBe("Your account is suspended");
    const theirs = `select 1 from gatehouse.authenticator_app a join "user" u on u.id = a.user_id where u.email = $1`;
    expect(await gatehouse.rows(theirs, [person.email])).toEqual([]);
  });
});

describe("where a second factor is required", () => {
  test("a program is told that one has to be set up, and is given no token", async () => {
    const person = newPerson();
    const program = gatehouse.visitor();
    await program.signUp(person);
    const answer = await program.send("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json", origin: gatehouse.origin },
      body: JSON.stringify({ email: person.email, password: person.password }),
    });
    expect(JSON.parse(answer.text)).toEqual({ twoFactorRedirect: true, twoFactorMethods: [], twoFactorSetUp: true });
    expect(await statusOf(program)).toBe(401);
  });

  test("nobody turns it off", async () => {
    const { visitor, held } = await arrived();
    const offered = await visitor.get(held.location ?? "");
    const app = authenticatorOf(secretOn(offered));
    await visitor.submit(offered, { code: app.code() });
    const refused = await visitor.post("/account/security/second-factor", { act: "off", code: app.code(1) });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining("can’t be turned off")]);
    expect((await visitor.get("/account/security/second-factor")).text).not.toContain("Turn off");
  });
});

test("whoever has to confirm the address by now sets it up, and is led to that from the codes", async () => {
  const settings = { GATEHOUSE_SECOND_FACTOR: "required", GATEHOUSE_SIGN_UP_DOMAINS: "example.org" };
  const at = await startGatehouse(settings, undefined, [twoFactor]);
  const [visitor, person] = [at.visitor(), newPerson()];
  await visitor.signUp(person);
  const confirmed = (is: boolean) => at.rows(`update "user" set email_verified = ${is}`);
  await confirmed(true);
  const held = await visitor.post("/sign-in", { ...person, return_to: "/account/email" });
  const offered = await visitor.get(held.location ?? "");
  await confirmed(false); // as when another address was set meanwhile
  const made = await visitor.submit(offered, { code: authenticatorOf(secretOn(offered)).code() });
  expect([made.status, recoveryOn(made).length, await statusOf(visitor)]).toEqual([200, 10, 401]);
  const next = made.page.querySelectorAll("a").find(({ text }) => text === "Continue");
  expect(next?.getAttribute("href")).toBe("/verify-email?return_to=%2Faccount%2Femail");
  await at.close();
});

test("a session from before a second factor was required is nobody's, and is ended", async () => {
  const database = await newTestDatabase();
  const optional = await start("optional", { ...database, remove: async () => undefined });
  const visitor = optional.visitor();
  await visitor.join();
  await optional.close();
  const required = await start("required", database);
  const cookie = visitor.cookieHeader();
  const now = required.visitor();
  expect((await now.get("/api/session", { cookie })).status).toBe(401);
  expect((await now.get("/account", { cookie })).location).toContain("/sign-in");
  for (const path of ["/api/auth/get-session", "/api/auth/get-session?disableRefresh=true"]) {
    const { text, headers } = await now.get(path, { cookie });
    expect([text, headers.getSetCookie()]).toEqual(["null", []]);
  }
  const left = async () => (await required.chores(), required.rows("select 1 from session"));
  expect(await left()).toHaveLength(1); // it may be of a sign-in that is being completed
  await required.rows("update session set created_at = now() - interval '6 minutes'");
  expect(await left()).toEqual([]);
  await required.close();
});

test("a second factor that is off is asked for nowhere, and what was kept stays", async () => {
  const off = await start("off");
  const visitor = off.visitor();
  await visitor.join();
  expect((await visitor.get("/account/security/second-factor")).status).toBe(404);
  expect((await visitor.get("/second-step")).status).toBe(404);
  const session = JSON.parse((await visitor.get("/api/session")).text).session;
  expect(session).toMatchObject({ factors: 1, methods: ["password"] });
  await off.close();
});

describe("a proxy that asks for two factors", () => {
  const ask = (visitor: Visitor, query: string, headers = {}) => visitor.get(`/api/forward-auth${query}`, headers);

  test("lets through whoever proved two, and leads the others to where a second is set up", async () => {
    const optional = await start("optional");
    const visitor = optional.visitor();
    await visitor.join();
    expect((await ask(visitor, "")).status).toBe(204);
    expect((await ask(visitor, "?factors=1")).status).toBe(204);
    const refused = await ask(visitor, "?factors=2");
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([403, "second_factor_needed"]);
    const led = await ask(visitor, "?factors=2", { accept: "text/html" });
    expect([led.status, led.location]).toEqual([302, `${optional.origin}/account/security/second-factor`]);
    expect((await ask(optional.visitor(), "?factors=2")).status).toBe(401);
    await optional.close();
  });

  test("gets a no to what cannot be read, and a yes for two factors", async () => {
    const { visitor, held } = await arrived();
    const offered = await visitor.get(held.location ?? "");
    await visitor.submit(offered, { code: authenticatorOf(secretOn(offered)).code() });
    expect((await ask(visitor, "?factors=2")).status).toBe(204);
    for (const query of ["?factors=3", "?factors=two", "?factors=", "?factors=2&factors=1"])
      expect((await ask(visitor, query)).status).toBe(403);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, setSystemTime, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { create, type Options } from "../support/authenticator";
import { newTestDatabase } from "../support/databases";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { enter, newOptions } from "../support/passkeys";
import { resetToken, sessionOf } from "../support/passwordless";

/** Signing up with a passkey: the address is confirmed first, then the passkey is made, then there is a session. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());
afterEach(() => setSystemTime());

const page = "/sign-up/passkey";
const makePage = `${page}/make`;
const password = "a newly chosen pass phrase";

const codeFor = async (house: Gatehouse, email: string) =>
  /\b\d{6}\b/.exec((await house.mailsTo(email))[0]?.text ?? "")?.[0] ?? "";

/** Begins with a browser of its own, and asks for the mail. */
async function begun(house = gatehouse) {
  const { name, email } = newPerson();
  const visitor = house.visitor();
  await visitor.get(page);
  const got = await visitor.post(page, { name, email });
  return { visitor, name, email, got };
}

/** The same, once the six digits are typed. */
async function confirmed(house = gatehouse) {
  const about = await begun(house);
  const got = await about.visitor.post("/verify-email", {
    email: about.email,
    code: await codeFor(house, about.email),
  });
  return { ...about, got };
}

const optionsFor = async (visitor: Visitor): Promise<Options> =>
  JSON.parse((await visitor.post(`${page}/options`, {})).text);

const rowsOf = (email: string) =>
  gatehouse.rows<{ password: string | null; passkeys: number; sessions: number; verified: boolean }>(
    `select a.password, u.email_verified as verified,
      (select count(*)::int from gatehouse.passkey p where p.user_id = u.id) as passkeys,
      (select count(*)::int from session s where s.user_id = u.id) as sessions
      from "user" u left join account a on a.user_id = u.id where u.email = $1`,
    [email],
  );

test("signing up with a passkey makes one passkey, of two that come at the same time", async () => {
  const { visitor, email } = await confirmed();
  const options = [await optionsFor(visitor), await optionsFor(visitor)];
  const made = await Promise.all(options.map((option) => create(option, gatehouse.origin)));
  await Promise.all(made.map(({ answer }) => visitor.post(makePage, { new: answer })));
  expect(await rowsOf(email)).toMatchObject([{ password: null, passkeys: 1 }]);
});

describe("signing up with a passkey", () => {
  test("asks for name and address, the six digits, a passkey, and only then there is a session", async () => {
    const { visitor, name, email, got } = await begun();
    expect(got.location).toBe("/verify-email");
    expect(await sessionOf(visitor)).toBe(401);
    const typed = await visitor.post("/verify-email", { email, code: await codeFor(gatehouse, email) });
    expect([typed.location, await sessionOf(visitor)]).toEqual([makePage, 401]);
    const shown = await visitor.get(makePage);
    expect([shown.status, shown.page.querySelector("[data-kind=add]") !== null]).toEqual([200, true]);
    const options = await optionsFor(visitor);
    expect(options.user).toMatchObject({ name: email, displayName: name });
    const { held, answer } = await create(options, gatehouse.origin);
    const made = await visitor.post(makePage, { new: answer });
    expect(made.location).toBe("/account");
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["passkey"] });
    expect(await rowsOf(email)).toEqual([{ password: null, passkeys: 1, sessions: 1, verified: true }]);
    expect((await enter(gatehouse.visitor(), held)).location).toBe("/account");
    expect((await visitor.get("/account/activity")).text).toContain("Passkey added");
    expect((await newOptions(visitor)).user?.id).toBe(held.handle);
  });

  test("is shown on the page to sign up, and leads on where one was going", async () => {
    const shown = await gatehouse.visitor().get("/sign-up?return_to=%2Faccount%2Femail");
    const link = shown.page.querySelector(".scripted[data-if-passkeys] a")?.getAttribute("href");
    expect(link).toBe(`${page}?return_to=%2Faccount%2Femail`);
    const visitor = gatehouse.visitor();
    const { name, email } = newPerson();
    await visitor.get(link ?? "");
    await visitor.post(page, { name, email, return_to: "/account/email" });
    await visitor.post("/verify-email", { email, code: await codeFor(gatehouse, email) });
    const { answer } = await create(await optionsFor(visitor), gatehouse.origin);
    expect((await visitor.post(makePage, { new: answer })).location).toBe("/account/email");
  });
});

describe("signing up with a passkey", () => {
  test("refuses a name and an address that are none, and tells nobody who has an account", async () => {
    const wrong = await gatehouse.visitor().post(page, { name: "", email: "nobody" });
    expect([wrong.status, wrong.page.querySelectorAll("[aria-invalid=true]").length]).toEqual([422, 2]);
    const member = await gatehouse.visitor().join();
    const answered = async (email: string) => {
      const visitor = gatehouse.visitor();
      await visitor.get(page);
      const got = await visitor.post(page, { name: "Ada", email });
      const names = got.headers.getSetCookie().map((line) => line.replace(/=[^;]*/, ""));
      const typed = await visitor.post("/verify-email", { email, code: "000000" });
      return [got.status, got.location, names, typed.status, typed.text.replaceAll(email, "…")];
    };
    expect(await answered(member.email)).toEqual(await answered(newPerson().email));
    expect((await gatehouse.visitor().signIn(member)).location).toBe("/account");
  });

  test("twice in one browser, as by a double click, is once", async () => {
    const { visitor, name, email } = await begun();
    await gatehouse.rows("delete from gatehouse.throttle");
    await visitor.post(page, { name, email });
    const typed = await visitor.post("/verify-email", { email, code: await codeFor(gatehouse, email) });
    expect(typed.location).toBe(makePage);
  });

  test("takes no password for the account until one is chosen by mail", async () => {
    const { email } = await confirmed();
    const [kept] = await rowsOf(email);
    for (const typed of [kept?.password ?? "", password])
      expect((await gatehouse.visitor().signIn({ email, password: typed })).status).toBe(422);
    const reader = gatehouse.visitor();
    const token = await resetToken(gatehouse, { email });
    expect((await reader.post("/reset-password", { token, password })).location).toContain("/account");
    expect(await sessionOf(reader)).toMatchObject({ factors: 1, methods: ["link"] });
  });
});

describe("an account with neither password nor passkey", () => {
  test("has no session, whatever its browser does", async () => {
    const { visitor, email } = await confirmed();
    for (const path of ["/account", "/account/security/passkeys", "/account/password"])
      expect((await visitor.get(path)).location).toStartWith("/sign-in");
    for (const value of ["", "x", "{}", "taken"])
      expect([value, (await visitor.post(makePage, { new: value })).status]).toEqual([value, 422]);
    for (const slip of [{ origin: "https://evil.example" }, { isVerified: false }, { challenge: "AAAA" }]) {
      const { answer } = await create(await optionsFor(visitor), gatehouse.origin, slip);
      expect((await visitor.post(makePage, { new: answer })).status).toBe(422);
    }
    expect(await rowsOf(email)).toMatchObject([{ passkeys: 0, sessions: 0 }]);
  });

  test("is finished by its own browser alone, in time, and once", async () => {
    const { visitor, email } = await confirmed();
    const stranger = gatehouse.visitor();
    expect((await stranger.get(makePage)).location).toStartWith("/sign-in");
    expect((await stranger.post(`${page}/options`, {})).status).toBe(403);
    const { answer } = await create(await optionsFor(visitor), gatehouse.origin);
    expect((await stranger.post(makePage, { new: answer })).location).toStartWith("/sign-in");
    const cookies = new Map(visitor.cookies);
    const late = gatehouse.visitor();
    for (const [name, value] of cookies) late.cookies.set(name, value);
    setSystemTime(new Date(Date.now() + 31 * 60_000));
    expect((await late.post(makePage, { new: answer })).location).toStartWith("/sign-in");
    setSystemTime();
    expect((await visitor.post(makePage, { new: answer })).location).toBe("/account");
    for (const [name, value] of cookies) stranger.cookies.set(name, value);
    expect((await stranger.post(makePage, { new: answer })).location).toStartWith("/sign-in");
    expect(await rowsOf(email)).toMatchObject([{ passkeys: 1, sessions: 1 }]);
  });
});

describe("an account with neither password nor passkey", () => {
  test("is given to no browser but its own by the link of the mail: there a password is chosen", async () => {
    const { visitor, email } = await begun();
    const [mail] = await gatehouse.mailsTo(email);
    const token = /verify-email\?token=([\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
    const opened = await visitor.post("/verify-email", { token });
    expect([opened.location?.startsWith("/reset-password?token="), await sessionOf(visitor)]).toEqual([true, 401]);
  });

  test("has none where passkeys are switched off meanwhile: a password is chosen by mail", async () => {
    const database = await newTestDatabase();
    const kept = { ...database, remove: async () => undefined };
    const house = await startGatehouse({}, kept, [passkeys]);
    const { visitor, email } = await begun(house);
    const code = await codeFor(house, email);
    await house.close();
    const without = await startGatehouse({}, database, []);
    const browser = without.visitor();
    for (const [name, value] of visitor.cookies) browser.cookies.set(name, value);
    const typed = await browser.post("/verify-email", { email, code });
    expect([typed.location, await sessionOf(browser)]).toEqual(["/forgot-password", 401]);
    await without.close();
  });
});

test("where two factors are required, a passkey is made before anything else, and is enough", async () => {
  const house = await startGatehouse({ GATEHOUSE_SECOND_FACTOR: "required" }, undefined, [twoFactor, passkeys]);
  const { visitor, got } = await confirmed(house);
  expect([got.location, await sessionOf(visitor)]).toEqual([makePage, 401]);
  const { answer } = await create(await optionsFor(visitor), house.origin);
  expect((await visitor.post(makePage, { new: answer })).location).toBe("/account");
  expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["passkey"] });
  await house.close();
});

test("where no mail is sent nobody signs up with a passkey, and nothing of it is shown", async () => {
  const house = await startGatehouse({ MAIL: "off" }, undefined, [passkeys]);
  const visitor = house.visitor();
  expect((await visitor.get("/sign-up")).page.querySelector("[data-if-passkeys]")).toBeNull();
  expect([(await visitor.get(page)).status, (await visitor.get(makePage)).status]).toEqual([404, 404]);
  await house.close();
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { authenticatorOf, halfAMinuteLater, newFactorOwner, secretOn } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** The second step of a sign-in: what is asked, what counts, and what is there before it was passed. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

/** Everything that a sign-in leaves behind. */
const traces = async ({ email }: Person) => {
  const [counted] = await gatehouse.rows<{ counts: string }>(
    `select concat_ws(' ', (select count(*) from session where user_id = u.id),
       (select count(*) from gatehouse.device where user_id = u.id),
       (select count(*) from gatehouse.event where user_id = u.id and kind = 'sign_in' and outcome = 'done'),
       (select count(*) from gatehouse.outbox where user_id = u.id)) as counts
     from "user" u where email = $1`,
    [email],
  );
  return counted?.counts;
};

const factorsOf = async (visitor: Visitor) => {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
};

describe("setting up a second factor", () => {
  test("shows a secret to scan and to type, and keeps nothing before a code was right", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    const offered = await visitor.post("/account/security/second-factor", { act: "begin" });
    expect(offered.page.querySelector("svg.qr")).not.toBeNull();
    expect(secretOn(offered)).toMatch(/^[A-Z2-7]{32}$/);
    const kept = () =>
      gatehouse.rows('select * from gatehouse.authenticator_app join "user" u on u.id = user_id where u.email = $1', [
        email,
      ]);
    expect(await kept()).toEqual([]);
    const sealed = offered.page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";
    const confirm = (code: string) => visitor.post("/account/security/second-factor", { act: "confirm", sealed, code });
    expect((await confirm("000000")).status).toBe(422);
    expect(await kept()).toEqual([]);
    const made = await confirm(authenticatorOf(secretOn(offered)).code());
    expect(made.page.querySelectorAll(".recovery-codes li").length).toBe(10);
    expect(await kept()).toHaveLength(1);
    expect(await factorsOf(visitor)).toMatchObject({ factors: 2, methods: ["password", "totp"] });
  });
});

describe("the second step", () => {
  test("is asked for after the password, and leaves no trace of a sign-in before it was passed", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    await gatehouse.mailsTo(person.email);
    const before = await traces(person);
    const stranger = gatehouse.visitor();
    const held = await stranger.signIn(person);
    expect(held.location).toBe("/second-step");
    expect(held.headers.getSetCookie().join()).not.toMatch(/session_token|device/);
    expect([await traces(person), await factorsOf(stranger)]).toEqual([before, 401]);
    const wrong = await stranger.post("/second-step", { code: "000000" });
    expect([wrong.status, await traces(person)]).toEqual([422, before]);
    const passed = await stranger.post("/second-step", { code: app.code() });
    expect(passed.location).toBe("/account");
    expect(await factorsOf(stranger)).toMatchObject({ factors: 2, methods: ["password", "totp"] });
  });
});

describe("the second step", () => {
  test("tells a program what is due, and gives it no token", async () => {
    const { person } = await newFactorOwner(gatehouse);
    const program = gatehouse.visitor();
    const { email, password } = person;
    const answer = await program.send("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json", origin: gatehouse.origin },
      body: JSON.stringify({ email, password }),
    });
    const told = { twoFactorRedirect: true, twoFactorMethods: ["totp", "recovery"] };
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, told]);
    expect(await factorsOf(program)).toBe(401);
  });

  test("takes a code once: of twenty that come together one gets in", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const strangers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const stranger = gatehouse.visitor();
        await stranger.signIn(person);
        return stranger;
      }),
    );
    const code = app.code();
    const posts = strangers.flatMap((stranger) =>
      Array.from({ length: 5 }, () => stranger.post("/second-step", { code })),
    );
    const got = await Promise.all(posts);
    expect(got.filter(({ location }) => location === "/account")).toHaveLength(1);
    await gatehouse.rows("delete from gatehouse.throttle"); // how many of the twenty were counted is not told here
    const late = gatehouse.visitor();
    await late.signIn(person);
    expect((await late.post("/second-step", { code })).status).toBe(422);
    await halfAMinuteLater(gatehouse, person);
  });
});

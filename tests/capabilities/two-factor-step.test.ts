import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { halfAMinuteLater, newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** What is tried with a second step: by the wrong browser, too late, again and again, or by a way round. */

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
async function waiting(person: Person, fields: Record<string, string> = {}) {
  const visitor = gatehouse.visitor();
  const { email, password } = person;
  await visitor.post("/sign-in", { email, password, ...fields });
  return visitor;
}

/** Where the test command must not skip, the test fails without it. */
const lacksOathtool = Bun.which("oathtool") === null && process.env.CI !== "true";

const arabic = (code: string) => code.replace(/\d/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[Number(digit)] ?? "");

/** What is left of somebody's recovery codes, and what their uses were told as. */
async function leftOf({ email }: Person) {
  const mails = (await gatehouse.mailsTo(email)).filter(({ subject }) => subject.includes("a recovery code was used"));
  const [left] = await gatehouse.rows(
    `select (select count(*)::int from gatehouse.recovery_code where user_id = u.id) as codes, $2::int as mails,
        (select count(*)::int from gatehouse.event
          where user_id = u.id and kind = 'second_step' and outcome = 'refused') as refused
      from "user" u where email = $1`,
    [email, mails.length],
  );
  return left;
}

describe("a code", () => {
  test("of any script and with any space in it is understood", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    for (const write of [arabic, (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `]) {
      const visitor = await waiting(person);
      expect((await visitor.post("/second-step", { code: write(app.code()) })).location).toBe("/account");
      await halfAMinuteLater(gatehouse, person);
    }
  });

  test("counts one step before and after its own, and no further", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    for (const steps of [-3, 3, -2880])
      expect((await visitor.post("/second-step", { code: app.code(steps) })).status).toBe(422);
    expect((await visitor.post("/second-step", { code: app.code(1) })).location).toBe("/account");
    const again = await waiting(person);
    expect((await again.post("/second-step", { code: app.code(1) })).status).toBe(422); // the same twice
    expect((await again.post("/second-step", { code: app.code() })).status).toBe(422); // and the one before it
  });

  test.skipIf(lacksOathtool)("made by another program, oathtool, is right", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const made = Bun.spawnSync(["oathtool", "--totp", "--base32", app.secret]).stdout.toString().trim();
    expect(made).toMatch(/^\d{6}$/);
    expect((await visitor.post("/second-step", { code: made })).location).toBe("/account");
  });

  test("that is empty, or no code at all, is asked for again without counting as a guess", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    for (let i = 0; i < 8; i++) expect((await visitor.post("/second-step", { code: " " })).status).toBe(422);
    expect((await visitor.post("/second-step", { code: app.code() })).location).toBe("/account");
  });
});

test("a code signs in although the browser cannot be trusted now, as its owner wished", async () => {
  const { person, app } = await newFactorOwner(gatehouse);
  const visitor = (await waiting(person)).impatient();
  await gatehouse.rows(`create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'no' using errcode = '53300'; end $$;
    create trigger fail before insert on gatehouse.trusted_browser for each row execute function fail()`);
  const got = await visitor.post("/second-step", { code: app.code(), trust: "on" });
  await gatehouse.rows("drop function fail cascade");
  expect([got.status, await visitor.isIn()]).toEqual([503, true]);
});

describe("a recovery code", () => {
  test("that must wait says so in its own form, whether all of the page comes or that form", async () => {
    const { person } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const guess = (headers: Record<string, string> = {}) =>
      visitor.post("/second-step", { recovery: "aaaaa-aaaaa" }, headers);
    for (let status = 422; status === 422; ) ({ status } = await guess());
    for (const headers of [undefined, { "hx-request": "true" }]) {
      const { status, page } = await guess(headers);
      expect([status, page.querySelector("#step [role=alert]")]).toEqual([429, null]);
      expect(page.querySelector("#recovery-form [role=alert]")?.text).toContain("Too many attempts.");
    }
    expect((await guess()).page.querySelector("details")?.hasAttribute("open")).toBe(true);
  });
});

describe("a sign-in that waits", () => {
  test("that is over uses no recovery code up, and mails nothing of one", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const overtaken = await waiting(person);
    await gatehouse.rows(
      `update account set password = password || 'x' where user_id = (select id from "user" where email = $1)`,
      [person.email],
    );
    const late = await overtaken.post("/second-step", { recovery: app.recovery[0] ?? "" });
    expect(late.location).toBe("/sign-in?notice=step_over");
    expect(await leftOf(person)).toEqual({ codes: 10, mails: 0, refused: 0 });
  });

  test("sent twice, as by a double click, is once, and no code of it was wrong", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const recovery = app.recovery[0] ?? "";
    const got = await Promise.all([1, 2].map(() => visitor.post("/second-step", { recovery })));
    expect(got.map(({ location }) => location).sort()).toEqual(["/account", "/sign-in?notice=step_over"]);
    expect(await leftOf(person)).toEqual({ codes: 9, mails: 1, refused: 0 });
  });
});

describe("a sign-in that waits", () => {
  test("goes on in its own browser only, and once", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const elsewhere = gatehouse.visitor();
    const refused = await elsewhere.post("/second-step", { code: app.code() });
    expect(refused.location).toBe("/sign-in?notice=step_over");
    const cookies = new Map(visitor.cookies);
    expect((await visitor.post("/second-step", { code: app.code() })).location).toBe("/account");
    await halfAMinuteLater(gatehouse, person);
    const replayed = gatehouse.visitor();
    for (const [name, value] of cookies) replayed.cookies.set(name, value);
    expect((await replayed.post("/second-step", { code: app.code() })).location).toBe("/sign-in?notice=step_over");
    expect((await visitor.get("/second-step")).location).toBe("/account"); // the back button
  });

  test("with a forged cookie goes nowhere", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const [name = "", value = ""] = [...visitor.cookies].find(([name]) => name.includes("second-step")) ?? [];
    visitor.cookies.set(
      name,
      value.replace(/^./, (sign) => (sign === "A" ? "B" : "A")),
    );
    expect((await visitor.post("/second-step", { code: app.code() })).location).toBe("/sign-in?notice=step_over");
    expect(await sessionOf(visitor)).toBe(401);
  });
});

describe("a sign-in that waits", () => {
  test("is over after ten minutes, and with another password", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const late = await waiting(person);
    await gatehouse.rows("update gatehouse.second_step set expires_at = now() - interval '1 second'");
    expect((await late.post("/second-step", { code: app.code() })).location).toBe("/sign-in?notice=step_over");
    const overtaken = await waiting(person);
    await gatehouse.rows(
      `update account set password = password || 'x' where user_id = (select id from "user" where email = $1)`,
      [person.email],
    );
    expect((await overtaken.post("/second-step", { code: app.code() })).location).toContain("/sign-in");
    expect(await sessionOf(overtaken)).toBe(401);
  });

  test("keeps where its visitor was going, and whether the session is to be kept", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    for (const [remember, days] of [
      ["on", 6],
      ["", 0],
    ] as const) {
      const visitor = gatehouse.visitor();
      const fields = { email: person.email, password: person.password, return_to: "/account/email" };
      const held = await visitor.post("/sign-in", { ...fields, ...(remember && { remember }) });
      expect(held.location).toBe("/second-step?return_to=%2Faccount%2Femail");
      const step = await visitor.get(held.location ?? "");
      expect((await visitor.submit(step, { code: app.code() })).location).toBe("/account/email");
      const { expiresAt } = await sessionOf(visitor);
      expect(Math.floor((Date.parse(expiresAt) - Date.now()) / 86_400_000)).toBe(days);
      await halfAMinuteLater(gatehouse, person);
    }
  });
});

describe("a sign-in that waits", () => {
  test("is answered to htmx as to a plain browser", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const visitor = await waiting(person);
    const htmx = { "hx-request": "true" };
    const wrong = await visitor.post("/second-step", { code: "000000" }, htmx);
    expect([wrong.status, wrong.page.querySelector("html")]).toEqual([422, null]);
    expect(wrong.page.querySelector("[role=alert]")?.text).toContain("That code isn’t right");
    const right = await visitor.post("/second-step", { code: app.code() }, htmx);
    expect([right.status, right.location]).toEqual([204, "/account"]);
  });
});

describe("guessing", () => {
  test("is counted for the account over all browsers and sign-ins, and never locks the owner's out", async () => {
    const { visitor: owner, person, app } = await newFactorOwner(gatehouse);
    const answers: number[] = [];
    for (let i = 0; i < 6; i++) {
      const stranger = await waiting(person);
      answers.push((await stranger.post("/second-step", { code: "000000" })).status);
    }
    expect(answers.slice(0, 5)).toEqual([422, 422, 422, 422, 422]);
    expect(answers[5]).toBe(429);
    const held = await waiting(person);
    expect((await held.post("/second-step", { code: app.code() })).status).toBe(429);
    await owner.post("/sign-out", {});
    await owner.signIn(person);
    expect((await owner.post("/second-step", { code: app.code() })).location).toBe("/account");
    const seen = await owner.get("/account/activity");
    expect(seen.text).toContain("Code entered");
  });

  test("a person who signs in rightly again and again is not held up by it", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    for (let i = 0; i < 7; i++) {
      await visitor.post("/sign-out", {});
      await visitor.signIn(person);
      expect((await visitor.post("/second-step", { code: app.code() })).location).toBe("/account");
      await halfAMinuteLater(gatehouse, person);
    }
  });
});

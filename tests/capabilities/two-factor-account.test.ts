import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { halfAMinuteLater, newFactorOwner, recoveryOn, secretOn, authenticatorOf } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** The second factor as its owner keeps it: recovery codes and changes. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());

const page = "/account/security/second-factor";

const sessionOf = async (visitor: Visitor) => {
  const got = await visitor.get("/api/session");
  return got.status === 200 ? JSON.parse(got.text).session : got.status;
};

async function waiting({ email, password }: Person) {
  const visitor = gatehouse.visitor();
  await visitor.post("/sign-in", { email, password });
  return visitor;
}

const subjects = async ({ email }: Person) => (await gatehouse.mailsTo(email)).map(({ subject }) => subject);
describe("a recovery code", () => {
  test("lets its owner in once, in any case and with any dash, and is told of by mail", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const [first = "", second = ""] = app.recovery;
    expect(first).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/); // ten signs of five bits
    const visitor = await waiting(person);
    expect((await visitor.post("/second-step", { recovery: ` ${first.toUpperCase()}` })).location).toBe("/account");
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2, methods: ["password", "recovery"] });
    const again = await waiting(person);
    expect((await again.post("/second-step", { recovery: first })).status).toBe(422);
    expect((await again.post("/second-step", { recovery: second.replace("-", " ") })).location).toBe("/account");
    const mails = (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("recovery code"));
    expect(mails.map(({ subject }) => subject)).toEqual(Array(2).fill("Gatehouse: a recovery code was used"));
    expect(mails[0]?.text).toContain("There are 8 left.");
  });

  test("that comes from ten browsers at once lets one of them in", async () => {
    const { person, app } = await newFactorOwner(gatehouse);
    const browsers = await Promise.all(Array.from({ length: 4 }, () => waiting(person)));
    const recovery = app.recovery[0] ?? "";
    const got = await Promise.all(browsers.map((browser) => browser.post("/second-step", { recovery })));
    expect(got.filter(({ location }) => location === "/account")).toHaveLength(1);
  });

  test("is kept as a hash alone, and another user's is nothing here", async () => {
    const ada = await newFactorOwner(gatehouse);
    const eve = await newFactorOwner(gatehouse);
    const kept = JSON.stringify(await gatehouse.rows("select * from gatehouse.recovery_code"));
    expect(kept).not.toContain((ada.app.recovery[0] ?? "").replace("-", ""));
    const visitor = await waiting(ada.person);
    expect((await visitor.post("/second-step", { recovery: eve.app.recovery[0] ?? "" })).status).toBe(422);
  });
});

describe("a recovery code", () => {
  test("is one of few at two, which the page says; new ones take the place of all", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    await gatehouse.rows(
      `delete from gatehouse.recovery_code where ctid in (select r.ctid from gatehouse.recovery_code r
         join "user" u on u.id = r.user_id where u.email = $1 limit 8)`,
      [person.email],
    );
    const shown = await visitor.get(page);
    expect(shown.text).toContain("2 recovery codes left");
    expect(shown.text).toContain("Make new ones soon.");
    expect((await visitor.post(page, { act: "codes" })).status).toBe(403);
    const made = await visitor.post(page, { act: "codes", code: app.code() });
    const codes = recoveryOn(made);
    expect([made.status, codes.length]).toEqual([200, 10]);
    expect((await visitor.get(page)).text).toContain("10 recovery codes left");
    const file = await visitor.submit(made, {});
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="recovery-codes.txt"');
    expect(file.text).toContain(codes.join("\n"));
    expect((await visitor.get(page)).text).not.toContain(codes[0] ?? "");
    const stranger = await waiting(person);
    expect((await stranger.post("/second-step", { recovery: app.recovery[9] ?? "" })).status).toBe(422);
    expect((await stranger.post("/second-step", { recovery: codes[9] ?? "" })).location).toBe("/account");
  });
});

test("whoever asks for the file of the codes once the session is over signs in, and is led to a page", async () => {
  const { visitor, person, app } = await newFactorOwner(gatehouse);
  await visitor.post("/sign-out", {});
  const { location } = await visitor.post("/account/security/recovery-codes", { sealed: "x" });
  const shown = await visitor.get(location ?? "");
  const step = await visitor.submit(shown, { email: person.email, password: person.password });
  const arrived = await visitor.submit(await visitor.get(step.location ?? ""), { code: app.code() });
  expect((await visitor.get(arrived.location ?? "")).location).toBe(page);
});

describe("changing the second factor", () => {
  test("takes a code of it, and not a session alone", async () => {
    const { visitor, person } = await newFactorOwner(gatehouse);
    for (const act of ["off", "change", "codes"]) {
      const asked = await visitor.post(page, { act });
      expect([asked.status, asked.text]).toEqual([403, expect.stringContaining("Confirm with a code")]);
      expect((await visitor.post(page, { act, code: "000000" })).status).toBe(422);
      expect((await visitor.post(page, { act, proof: person.password })).status).toBe(403);
    }
    expect((await visitor.post(page, { act: "begin" })).location).toBe(page);
    expect((await waiting(person)).cookies.size).toBeGreaterThan(0);
    expect((await visitor.get(page)).text).toContain("Authenticator app");
  });

  test("turns it off: other sessions end, this one has one factor, and a mail tells", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    const other = await waiting(person);
    await other.post("/second-step", { code: app.code() });
    await halfAMinuteLater(gatehouse, person);
    expect((await visitor.post(page, { act: "off", code: app.code() })).location).toBe(page);
    expect([await sessionOf(other), await sessionOf(visitor)]).toEqual([
      401,
      expect.objectContaining({ factors: 1, methods: ["password"] }),
    ]);
    expect((await subjects(person))[0]).toBe("Gatehouse: two-step sign-in is off");
    expect((await visitor.get("/account/activity")).text).toContain("Two-step sign-in turned off");
    expect((await (await waiting(person)).get("/api/session")).status).toBe(200);
  });
});

describe("changing the second factor", () => {
  test("puts another app in its place, of which the old one makes no right code any more", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    const offered = await visitor.post(page, { act: "change", code: app.code() });
    const next = authenticatorOf(secretOn(offered));
    expect((await visitor.submit(offered, { code: next.code() })).status).toBe(200);
    await halfAMinuteLater(gatehouse, person);
    const stranger = await waiting(person);
    expect((await stranger.post("/second-step", { code: app.code(1) })).status).toBe(422);
    expect((await stranger.post("/second-step", { code: next.code() })).location).toBe("/account");
  });

  test("a secret that was offered to somebody else, or in another session, sets nothing up", async () => {
    const [ada, eve] = [gatehouse.visitor(), gatehouse.visitor()];
    await ada.join();
    const person = await eve.join();
    const offered = await eve.post(page, { act: "begin" });
    const sealed = offered.page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";
    const code = authenticatorOf(secretOn(offered)).code();
    expect((await ada.post(page, { act: "confirm", sealed, code })).status).toBe(422);
    expect((await ada.get(page)).text).not.toContain("recovery codes left");
    const elsewhere = gatehouse.visitor();
    await elsewhere.signIn(person);
    expect((await elsewhere.post(page, { act: "confirm", sealed, code })).status).toBe(422);
    const made = await eve.submit(offered, { code });
    const file = made.page.querySelector("input[name=sealed]")?.getAttribute("value") ?? "";
    expect((await ada.post("/account/security/recovery-codes", { sealed: file })).status).toBe(400);
  });
});

describe("changing the second factor", () => {
  test("with a recovery code is told of, also when no other app is set up after all", async () => {
    const { visitor, person, app } = await newFactorOwner(gatehouse);
    const offered = await visitor.post(page, { act: "change", code: app.recovery[0] ?? "" });
    expect(secretOn(offered)).not.toBe("");
    const [mail] = await gatehouse.mailsTo(person.email);
    expect(mail?.subject).toBe("Gatehouse: a recovery code was used");
    expect(mail?.text).toStartWith("A recovery code of your Gatehouse account was used."); // which is no sign-in here
    expect((await visitor.get("/account/activity")).text).toContain("Recovery code used");
  });

  test("asks for the password first when the sign-in is long ago", async () => {
    const visitor = gatehouse.visitor();
    const { email, password } = await visitor.join();
    await gatehouse.rows(
      `update session set created_at = now() - interval '1 hour'
       where user_id = (select id from "user" where email = $1)`,
      [email],
    );
    expect((await visitor.post(page, { act: "begin" })).status).toBe(403);
    expect((await visitor.post(page, { act: "begin", proof: "not it" })).status).toBe(422);
    const offered = await visitor.post(page, { act: "begin", proof: password });
    const app = authenticatorOf(secretOn(offered));
    expect((await visitor.submit(offered, { code: app.code() })).status).toBe(200);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2 });
  });
});

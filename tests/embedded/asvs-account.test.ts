import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import leaked from "@zxcvbn-ts/language-common/src/passwords.json";
import { createApp } from "../../src/app";
import { readConfig } from "../../src/settings/config";
import { newAccount, passwordChange, passwordReset } from "../../src/guard/fields";
import { createStrength } from "../../src/guard/strength";
import { createHealth } from "../../src/process/health";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, Visitor, type Gatehouse, type Got } from "../support/harness";

/** Passwords, sessions and accounts, held to what the standard asks beyond what a visitor's day shows. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "a newly chosen pass phrase";
const mailTo = async (email: string, subject = "") =>
  (await gatehouse.mailsTo(email)).find((mail) => mail.subject.includes(subject))?.text ?? "";
const isIn = async (visitor: Visitor) => (await visitor.get("/api/session")).status === 200;
const forget = () => gatehouse.rows("delete from gatehouse.throttle");

/** The link for a new password that goes to an address. */
async function resetLink(email: string) {
  await forget();
  await gatehouse.visitor().post("/forgot-password", { email });
  return linkIn(await mailTo(email, "new password"), "/reset-password");
}

describe("a new database", () => {
  test("has nobody in it: no account comes with the program", async () => {
    const fresh = await startGatehouse();
    for (const table of [`"user"`, "account", "session"])
      expect([table, await fresh.rows(`select * from ${table}`)]).toEqual([table, []]);
    await fresh.close();
  });

  test("has no place for a hint or a secret question, and sign-up asks for none", async () => {
    const columns = await gatehouse.rows<{ name: string }>(
      "select column_name as name from information_schema.columns where table_schema in ('public', 'gatehouse')",
    );
    expect(columns.length).toBeGreaterThan(40);
    expect(columns.filter(({ name }) => /hint|question|answer|secret/.test(name))).toEqual([]);
    const { page } = await gatehouse.visitor().get("/sign-up");
    expect(page.querySelectorAll("form input:not([type=hidden])").map((input) => input.getAttribute("name"))).toEqual([
      "name",
      "email",
      "password",
    ]);
  });
});

describe("a password", () => {
  test("is typed unseen, and may be pasted or filled in, in each form that asks for one", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    const proof = async () => {
      await gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");
      return visitor.post("/account/export", {});
    };
    const stranger = gatehouse.visitor();
    const forms: [path: string, got: Got, kinds: string[]][] = [
      ["/sign-in", await stranger.get("/sign-in"), ["current-password"]],
      ["/sign-up", await stranger.get("/sign-up"), ["new-password"]],
      ["/account/password", await visitor.get("/account/password"), ["current-password", "new-password"]],
      ["/reset-password", await stranger.get(await resetLink(person.email)), ["new-password"]],
      ["the fresh proof", await proof(), ["current-password"]],
    ];
    for (const [path, { page }, kinds] of forms) {
      const inputs = page
        .querySelectorAll("input")
        .filter((input) =>
          /password/.test(
            `${input.getAttribute("name")} ${input.getAttribute("autocomplete")} ${input.getAttribute("type")}`,
          ),
        );
      expect([path, inputs.map((input) => input.getAttribute("type"))]).toEqual([path, kinds.map(() => "password")]);
      expect([path, inputs.map((input) => input.getAttribute("autocomplete"))]).toEqual([path, kinds]);
      for (const input of inputs)
        expect([
          path,
          Object.keys(input.attributes).filter((name) => /^on|maxlength|minlength|pattern|readonly/.test(name)),
        ]).toEqual([path, []]);
      expect([path, page.querySelectorAll("input[autocomplete=username], input[type=email]").length]).toEqual([
        path,
        1,
      ]);
    }
  });

  test("is refused when it is one of the 3,000 leaked most often that are long enough, at all three doors", async () => {
    const commonest = leaked.filter((password) => [...password].length >= 8).slice(0, 3000);
    expect(commonest).toHaveLength(3000);
    for (const known of ["password1", "baseball", "football", "superman"]) expect(commonest).toContain(known);
    const owner = { name: "Nobody Else", email: "somebody@example.org", brand: "Acme" };
    const strength = createStrength();
    const doors = [newAccount("Acme", strength), passwordChange(owner, strength), passwordReset(owner, strength)];
    const taken: string[] = [];
    for (const password of commonest.flatMap((given) => [given, given.toUpperCase()]))
      for (const door of doors)
        if ((await door.safeParseAsync({ ...owner, current: "x", password })).success) taken.push(password);
    expect(taken).toEqual([]);
  });

  test("may be made of whatever characters somebody likes", async () => {
    const passwords = [
      "onlysmallletters",
      "ONLYCAPITALLETTERS",
      "73190284615520",
      "!$%&/()=?*+#",
      "合言葉はひみつです。",
      "k q w z f p m d",
    ];
    const taken = passwords.map(async (password) => {
      const [visitor, person] = [gatehouse.visitor(), { ...newPerson(), password }];
      return [password, (await visitor.signUp(person)).status, (await visitor.signIn(person)).location];
    });
    expect(await Promise.all(taken)).toEqual(passwords.map((password) => [password, 303, "/account"]));
  });

  test("never grows too old: after three years it opens the door, and nobody asks for another", async () => {
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    await visitor.signUp(person);
    await gatehouse.rows(
      `update account set created_at = now() - interval '3 years', updated_at = now() - interval '3 years' where user_id = (select id from "user" where email = $1)`,
      [person.email],
    );
    await gatehouse.rows(
      `update "user" set created_at = now() - interval '3 years', updated_at = now() - interval '3 years' where email = $1`,
      [person.email],
    );
    expect((await visitor.signIn(person)).location).toBe("/account");
    expect((await visitor.get("/account")).status).toBe(200);
  });
});

describe("a session", () => {
  test("has a token of 190 bits from the system's own randomness, and no other has the same", async () => {
    const drawn = spyOn(crypto, "getRandomValues");
    const tokens: string[] = [];
    try {
      const person = await gatehouse.visitor().join();
      for (let i = 0; i < 5; i++) {
        const [visitor, before] = [gatehouse.visitor(), drawn.mock.calls.length];
        await visitor.signIn(person);
        expect(drawn.mock.calls.length).toBeGreaterThan(before);
        tokens.push(decodeURIComponent(visitor.cookies.get("better-auth.session_token") ?? "").split(".")[0] ?? "");
      }
    } finally {
      drawn.mockRestore();
    }
    for (const token of tokens) expect(token).toMatch(/^[a-zA-Z0-9]{32}$/); // 62 to the power of 32
    expect(new Set(tokens).size).toBe(5);
    for (let at = 0; at < 32; at++)
      expect([at, new Set(tokens.map((token) => token[at])).size > 1]).toEqual([at, true]);
  });

  test("can be left from every page of the account", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    for (const section of ["", "/email", "/password", "/sessions", "/activity", "/export", "/delete"]) {
      const { page } = await visitor.get(`/account${section}`);
      const out = page.querySelector("form[action='/sign-out']");
      expect([section, out?.getAttribute("method"), out?.querySelector("button[type=submit]")?.text.trim()]).toEqual([
        section,
        "post",
        "Sign out",
      ]);
    }
  });

  test("of another instance, and its links, are nothing here; and after a change of the secret people sign in again with the password they have", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    const [cookie, link] = [visitor.cookieHeader(), await resetLink(person.email)];
    const renamed = { ...readConfig({}), secret: "another-secret-of-another-house-9876543210" };
    const health = createHealth(gatehouse.database, () => undefined);
    await health.becomeReady();
    const { edge, postman } = await createApp(renamed, {
      database: gatehouse.database,
      health,
      logSink: () => undefined,
    });
    const there = new Visitor(edge, gatehouse.origin, visitor.address);
    expect((await there.get("/api/session", { cookie })).status).toBe(401);
    expect((await there.get("/account", { cookie })).location).toBe("/sign-in?return_to=%2Faccount");
    const made = await gatehouse.rows<{ hash: string }>("select hash from gatehouse.mail_token");
    expect(JSON.stringify(made)).not.toContain(link.split("=")[1] ?? "?");
    expect((await there.signIn(person)).location).toBe("/account");
    expect(await isIn(there)).toBe(true);
    await postman?.stop();
  });
});

describe("what programs are told", () => {
  test("is these fields and no others, of nobody but the one who asks", async () => {
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    const call = async (path: string, body: object) =>
      JSON.parse(
        (
          await visitor.send(`/api/auth${path}`, {
            method: "POST",
            body: JSON.stringify(body),
            headers: { origin: visitor.origin, "content-type": "application/json" },
          })
        ).text,
      );
    const fields = (answer: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(answer).map(([name, value]) => [
          name,
          value !== null && typeof value === "object" ? Object.keys(value).sort().join() : "",
        ]),
      );
    const user = "createdAt,email,emailVerified,id,image,name,updatedAt";
    expect(fields(await call("/sign-up/email", person))).toEqual({ token: "", user });
    expect(fields(await call("/sign-in/email", person))).toEqual({ redirect: "", token: "", user });
    expect(fields(JSON.parse((await visitor.get("/api/auth/get-session")).text))).toEqual({
      session: "createdAt,expiresAt,id,ipAddress,token,updatedAt,userAgent,userId",
      user,
    });
    expect(fields(JSON.parse((await visitor.get("/api/session")).text))).toEqual({
      session: "createdAt,expiresAt,fresh,id",
      user: "email,emailVerified,id,image,name",
    });
    expect(fields(await call("/sign-out", {}))).toEqual({ success: "" });
    expect(fields(JSON.parse((await visitor.get("/api/session")).text))).toEqual({ error: "code,message" });
  });
});

describe("each thing that happens to an account", () => {
  test("is kept: when, what, how it ended, whose, and from where", async () => {
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    await visitor.signUp(person);
    await visitor.post("/sign-in", { email: person.email, password: "not the password" });
    await visitor.post("/verify-email", { email: person.email, code: "000000" });
    await visitor.post("/verify-email", { email: person.email, code: codeIn(await mailTo(person.email)) });
    await visitor.signIn(person);
    await visitor.post("/account/password", { current: "not it", password: next });
    await visitor.post("/account/password", { current: person.password, password: next });
    await visitor.post("/account/email", { email: `new.${person.email}` });
    await visitor.post("/account/export", {});
    await visitor.post("/sign-out", {});
    const link = await resetLink(person.email);
    await visitor.post("/reset-password", { token: link.split("=")[1] ?? "", password: `${next} again` });
    const events = await gatehouse.rows<Record<string, unknown>>(
      `select e.* from gatehouse.event e join "user" u on u.id = e.user_id where u.email = $1 order by e.id`,
      [person.email],
    );
    expect(events.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "sign_up done",
      "sign_in refused",
      "email_verified refused",
      "email_verified done",
      "sign_in done",
      "password_changed refused",
      "password_changed done",
      "sign_in done",
      "email_change_asked done",
      "data_exported done",
      "sign_out done",
      "password_reset_asked done",
      "password_reset done",
    ]);
    for (const { at, user_id, client_address } of events)
      expect([at instanceof Date, typeof user_id, client_address !== null]).toEqual([true, "string", true]);
  });
});

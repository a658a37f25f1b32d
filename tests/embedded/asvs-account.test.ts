import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { createApp } from "../../src/app";
import { readConfig } from "../../src/settings/config";
import { createHealth } from "../../src/process/health";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, Visitor, type Gatehouse } from "../support/harness";

/**
 * Sessions, and what is told and kept of an account, held to what the standard asks beyond what a visitor's day
 * shows.
 */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "a newly chosen pass phrase";
const mailTo = async (email: string, subject = "") =>
  (await gatehouse.mailsTo(email)).find((mail) => mail.subject.includes(subject))?.text ?? "";
const forget = () => gatehouse.rows("delete from gatehouse.throttle");

/** The link for a new password that goes to an address. */
async function resetLink(email: string) {
  await forget();
  await gatehouse.visitor().post("/forgot-password", { email });
  return linkIn(await mailTo(email, "new password"), "/reset-password");
}

test("a session has a token of 190 bits from the system's own randomness, and no other has the same", async () => {
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
  for (let at = 0; at < 32; at++) expect([at, new Set(tokens.map((token) => token[at])).size > 1]).toEqual([at, true]);
});

test("a session can be left from every page of the account", async () => {
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

test("a session of another instance is nothing here; after a change of the secret people sign in again", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const [cookie, link] = [visitor.cookieHeader(), await resetLink(person.email)];
  const renamed = {
    ...readConfig({}),
    secrets: [{ value: "another-secret-of-another-house-9876543210" }] as const,
  };
  const health = createHealth(gatehouse.database, () => undefined);
  await health.becomeReady();
  const { edge, workers } = await createApp(renamed, {
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
  expect(await there.isIn()).toBe(true);
  for (const worker of workers) await worker.stop();
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
      session: "createdAt,expiresAt,factors,fresh,id,methods",
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
      "email_change_asked done",
      "data_exported done",
      "sign_out done",
      "password_reset_asked done",
      "password_reset done",
      "sign_in done",
    ]);
    for (const { at, user_id, client_address } of events)
      expect([at instanceof Date, typeof user_id, client_address !== null]).toEqual([true, "string", true]);
  });
});

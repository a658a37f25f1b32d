import { afterAll, beforeAll, expect, test } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { add } from "../support/passkeys";

/** The links to other languages and pages, for somebody who has typed something already. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, capabilities);
});
afterAll(() => gatehouse.close());

test("another language keeps the name and the address that were typed, and makes no account", async () => {
  const visitor = gatehouse.visitor();
  const target = encodeURIComponent("/account/email");
  const fields = { name: "Ada King", email: "typed@example.org", password: "a long phrase nobody has" };
  const got = await visitor.post(`/sign-up?return_to=${target}&lang=de`, fields);
  expect([got.status, got.location]).toEqual([303, `/sign-up?return_to=${target}`]);
  expect(got.headers.getSetCookie().join()).not.toContain("phrase");
  const { page } = await visitor.get(got.location ?? "");
  const valueOf = (name: string) => page.querySelector(`[name=${name}]`)?.getAttribute("value");
  expect([page.querySelector("html")?.getAttribute("lang"), valueOf("name"), valueOf("email")]).toEqual([
    "de",
    fields.name,
    fields.email,
  ]);
  expect(valueOf("password") ?? "").toBe("");
  expect(await gatehouse.rows(`select 1 from "user" where email = $1`, [fields.email])).toEqual([]);
});

test("another language keeps what was typed as far as a cookie holds it", async () => {
  const keptOf = async (name: string) =>
    (await gatehouse.visitor().post("/sign-up?lang=de", { name })).headers
      .getSetCookie()
      .map((line) => line.slice(0, line.indexOf("=")));
  expect(await keptOf("a".repeat(1900))).toEqual(["gatehouse.language", "gatehouse.draft"]);
  expect(await keptOf("a".repeat(2100))).toEqual(["gatehouse.language"]);
});

test("another language keeps what was typed for the page it was typed on alone", async () => {
  const visitor = gatehouse.visitor();
  await visitor.post("/sign-up?lang=de", { name: "Ada King" });
  const nameOn = async (path: string) =>
    (await visitor.get(path)).page.querySelector("[name=name]")?.getAttribute("value") ?? "";
  expect([await nameOn("/sign-up/passkey"), await nameOn("/sign-up")]).toEqual(["", "Ada King"]);
});

test("another language that is none is no other language: the form is what it is", async () => {
  const got = await gatehouse.visitor().post("/sign-up?lang=xx", { name: "", email: "", password: "" });
  expect(got.status).toBe(422);
});

test("another language by a form of another site changes nothing", async () => {
  const origin = { origin: "https://evil.example" };
  const got = await gatehouse.visitor().post("/sign-up?lang=de", { name: "Ada" }, origin);
  expect([got.status, got.headers.getSetCookie()]).toEqual([403, []]);
});

test("the next page has the address that was typed, and leads on to where the visitor was going", async () => {
  const visitor = gatehouse.visitor();
  const forgot = `/forgot-password?return_to=${encodeURIComponent("/account/email")}`;
  const got = await visitor.post(`/sign-in?to=${encodeURIComponent(forgot)}`, { email: "typed@example.org" });
  expect([got.status, got.location]).toEqual([303, forgot]);
  const { page } = await visitor.get(forgot);
  expect(page.querySelector("[name=email]")?.getAttribute("value")).toBe("typed@example.org");
});

const fieldsOf = ({ page }: Got) =>
  Object.fromEntries(
    page
      .querySelectorAll("main input:not([type=hidden]), main input[name=email]")
      .map((input) => [input.getAttribute("name"), input.getAttribute("value") ?? ""]),
  );

test("whoever goes on to sign up with a passkey finds the name and the address there, and back again", async () => {
  const visitor = gatehouse.visitor();
  const typed = { name: "Grace Hopper", email: "grace@example.org" };
  for (const [from, to] of [
    ["/sign-up", "/sign-up/passkey?return_to=%2Faccount%2Femail"],
    ["/sign-up/passkey", "/sign-up"],
  ]) {
    const got = await visitor.post(`${from}?to=${encodeURIComponent(to ?? "")}`, typed);
    expect([got.status, got.location]).toEqual([303, to ?? ""]);
    expect(fieldsOf(await visitor.get(to ?? ""))).toMatchObject(typed);
  }
});

test("each form with words of one's own has them again in another language, and after signing in anew", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await giveRole(gatehouse, person.email);
  await add(visitor);
  const [passkey] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
  const { email } = await gatehouse.visitor().join();
  const [other] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  const forms: Record<string, Record<string, string>> = {
    [`/admin/people/${other?.id}/suspend`]: { reason: "ticket 7", words: "Call us.", until: "2031-02-03" },
    [`/admin/people/${other?.id}/email`]: { reason: "ticket 8", email: "new@example.org" },
    "/admin/invitations": { reason: "a colleague", email: "invited@example.org" },
    [`/account/security/passkeys/${passkey?.id}`]: { name: "Work laptop" },
  };
  for (const [path, typed] of Object.entries(forms)) {
    const got = await visitor.post(`${path}?lang=en`, typed);
    expect([got.status, got.location]).toEqual([303, path]);
    expect([path, fieldsOf(await visitor.get(path))]).toEqual([path, expect.objectContaining(typed)]);
    expect([path, fieldsOf(await visitor.get(path))]).not.toEqual([path, expect.objectContaining(typed)]);
    await gatehouse.rows("delete from session");
    const { location } = await visitor.post(path, typed);
    expect(location).toStartWith("/sign-in?notice=session_over_kept");
    await visitor.signIn(person);
    expect([path, fieldsOf(await visitor.get(path))]).toEqual([path, expect.objectContaining(typed)]);
  }
});

test("what was typed into a form of an account is shown to nobody else who signs in here", async () => {
  const other = await gatehouse.visitor().join();
  const forms: Record<string, Record<string, string>> = {
    "/account/profile": { name: "A name of mine" },
    "/account/email": { email: "my.secret@example.org" },
  };
  for (const [path, typed] of Object.entries(forms)) {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const shown = await visitor.get(path);
    await gatehouse.rows("delete from session");
    const form = `form[action='${path}']`;
    const account = shown.page.querySelector(`${form} [name=account]`)?.getAttribute("value") ?? "";
    const { location } = await visitor.post(path, { account, ...typed });
    expect(location).toStartWith("/sign-in?notice=session_over_kept");
    await visitor.signIn(other);
    expect(fieldsOf(await visitor.get(path))).not.toMatchObject(typed);
    expect(visitor.cookies.has("gatehouse.draft")).toBe(false);
  }
});

test.each([
  "https://evil.example/",
  "//evil.example/sign-in",
  "/sign-in//evil.example",
  "/account/delete",
  "/sign-in?x\r\ny",
])("no form is left for a place that is no page of the journey: %s", async (to) => {
  const got = await gatehouse.visitor().post(`/sign-in?to=${encodeURIComponent(to)}`, { email: "a@example.org" });
  expect([got.status, got.location]).toEqual([422, null]);
});

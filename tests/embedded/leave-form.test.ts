import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** The links to other languages and pages, for somebody who has typed something already. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
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

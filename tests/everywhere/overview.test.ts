import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const onIphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1";
const lineOf = ({ page }: Got, path: string) => page.querySelector(`.entries [href="${path}"]`)?.closest("li")?.text;

test("the overview says how safe the account is, each line with the way to its page", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.visitor().post("/sign-in", { ...person }, { "user-agent": onIphone });
  await gatehouse.rows(
    `update account set updated_at = now() - interval '3 days'
     where user_id = (select id from "user" where email = $1)`,
    [person.email],
  );
  const overview = await visitor.get("/account");
  expect(overview.page.querySelector("nav [aria-current]")?.text).toBe("Overview");
  expect(lineOf(overview, "/account/email")).toContain("Not confirmed");
  expect(lineOf(overview, "/account/password")).toContain("3 days ago");
  expect(lineOf(overview, "/account/sessions")).toContain("2 devices signed in");
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  expect(lineOf(await visitor.get("/account"), "/account/email")).not.toContain("Not confirmed");
});

test("the overview names each device once, and three of many", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const signIn = (agent: string) => gatehouse.visitor().post("/sign-in", { ...person }, { "user-agent": agent });
  for (const agent of [onIphone, onIphone, "curl/8.5.0"]) await signIn(agent);
  const devices = async () => lineOf(await visitor.get("/account"), "/account/sessions");
  expect(await devices()).toMatch(/4 devices signed in\s*Unknown device, curl \(program\), Safari on iPhone\s*Review/);
  for (const agent of ["Wget/1.21", "HTTPie/3.2"]) await signIn(agent);
  expect(await devices()).toMatch(/6 devices signed in\s*Unknown device, \w+ \(program\), \w+ \(program\), …\s*R/);
});

test("the overview tells the last three events, equal ones as one", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  for (const name of ["One", "Two"]) await visitor.post("/account/profile", { name });
  const stranger = gatehouse.visitor();
  await stranger.post("/sign-in", { email, password: "not the password" });
  const { page } = await visitor.get("/account");
  const [, recent] = page.querySelectorAll(".card");
  const events = recent?.querySelectorAll(".entry-title").map(({ text }) => text.trim());
  expect(events).toEqual(["Sign-in failed: wrong password", "Name changed", expect.any(String)]);
  expect(recent?.querySelector("a")?.getAttribute("href")).toBe("/account/activity");
});

test("the overview is left for the decision whether a closing account is kept", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await visitor.post("/account/delete", {});
  await visitor.signIn(person);
  expect((await visitor.get("/account")).location).toBe("/account/delete");
});

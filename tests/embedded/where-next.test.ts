import { afterAll, beforeAll, expect, test } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { routes } from "../catalogue/routes";
import { newPerson, startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { codeIn, linkIn } from "../support/mails";

/** A page that says no, or that somebody must wait on, says where to go on. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

const newest = async (address: string) => (await gatehouse.mailsTo(address))[0]?.text ?? "";
const languageLinks = ({ page }: Got) =>
  page.querySelectorAll("footer a[lang]").map((link) => link.getAttribute("href")?.replaceAll("&amp;", "&"));
const notice = ({ page }: Got) => page.querySelector(".notice")?.text;

test("the answer to a form has the ways to the other languages, and keeps where somebody is going", async () => {
  const target = "https://docs.example.com/guide";
  const wrong = await gatehouse.visitor().post("/sign-in", { email: "x", password: "", return_to: target });
  expect(wrong.status).toBe(422);
  const [first = ""] = languageLinks(wrong);
  expect(first).toBe(`?${new URLSearchParams({ return_to: target, lang: "de" })}`);
  const chosen = await gatehouse.visitor().get(`/sign-in${first}`);
  expect(chosen.location).toBe(`${gatehouse.origin}/sign-in?${new URLSearchParams({ return_to: target })}`);
  expect(languageLinks(await gatehouse.visitor().post("/sign-up", { name: "", email: "" }))[0]).toBe("?lang=de");
});

test("a page that says to try again has a button for it, and another leads to the account", async () => {
  const button = ({ page }: Got) => page.querySelector("main .button");
  const elsewhere = await gatehouse.visitor().post("/sign-in", {}, { origin: "https://evil.example" });
  expect([elsewhere.page.querySelector(".lead")?.text, button(elsewhere)?.text]).toEqual([
    "This form came from another site, so we didn’t do anything. Open the page here and try again.",
    "Try again",
  ]);
  expect(button(elsewhere)?.getAttribute("href")).toBe("");
  const nowhere = await gatehouse.visitor().get("/nowhere");
  expect([button(nowhere)?.text, button(nowhere)?.getAttribute("href")]).toEqual(["Go to your account", "/"]);
});

test("nobody is congratulated on what went wrong", async () => {
  const classesOf = async (said: string) =>
    (await gatehouse.visitor().get(`/sign-in?notice=${said}`)).page.querySelector(".notice")?.getAttribute("class");
  for (const said of ["session_over", "session_over_kept", "step_over", "confirm_email", "deletion_asked"])
    expect([said, await classesOf(said)]).toEqual([said, "notice neutral"]);
  for (const said of ["signed_up", "signed_out", "email_verified", "password_reset"])
    expect([said, await classesOf(said)]).toEqual([said, "notice"]);
});

/** The pages of a link in a mail, those that need a role, and what answers scripts. */
const onlyPosted = new RegExp(
  "^/(admin/.*|reset-password|invitation|confirm-email|undo-email|not-me|keep-second-factor)$" +
    "|^/(password-strength|api/.*)$|/options$",
);

test("the page of a form is there for whoever reloads it, goes back to it, or wants another language", async () => {
  const whole = await startGatehouse({}, undefined, capabilities);
  const visitor = whole.visitor();
  await visitor.join();
  const forms = routes.filter(({ method, type, path }) => method === "POST" && type === "form" && !/\{/.test(path));
  const paths = forms.map(({ path }) => path);
  const asked = [...new Set(paths)].filter((path) => !onlyPosted.test(path));
  expect(asked.length).toBeGreaterThan(15);
  for (const path of asked)
    for (const who of [visitor, whole.visitor()])
      expect([path, [200, 303].includes((await who.get(path)).status)]).toEqual([path, true]);
  await whole.close();
});

test("a page that is reached by a mail's link alone offers no language that would lose it", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  await visitor.post("/verify-email", { email: person.email, code: codeIn(await newest(person.email)) });
  await gatehouse.rows("delete from gatehouse.throttle");
  await gatehouse.visitor().post("/forgot-password", { email: person.email });
  const token = linkIn(await newest(person.email), "/reset-password").split("=")[1] ?? "";
  const weak = await gatehouse.visitor().post("/reset-password", { token, password: "password123456" });
  expect(weak.status).toBe(422);
  expect(weak.page.querySelector("[name=token]")?.getAttribute("value")).toBe(token);
  expect(languageLinks(weak)).toEqual([]);
});

test("a wrong password leads to a new one, a wrong code to sign-in, and both to where one was going", async () => {
  const back = "return_to=%2Faccount%2Fprofile";
  const wrong = await gatehouse
    .visitor()
    .post("/sign-in", { email: "nobody@example.org", password: "not the password", return_to: "/account/profile" });
  expect(wrong.page.querySelector("[role=alert] a")?.getAttribute("href")).toBe(`/forgot-password?${back}`);
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  const typed = { email: person.email, return_to: "/account/profile" };
  const code = await visitor.post("/verify-email", { ...typed, code: "000000" });
  expect(code.page.querySelector("#verify .hint")?.text.trim()).toBe("Already confirmed? Sign in");
  expect(code.page.querySelector("#verify .hint a")?.getAttribute("href")).toBe(`/sign-in?${back}`);
  const short = await visitor.post("/verify-email", { ...typed, code: "123" });
  expect(short.page.querySelector("#verify .hint")).toBeNull();
});

test("somebody who has just signed up waits for the next mail, and sees where their mailbox is", async () => {
  const [visitor, person] = [gatehouse.visitor(), { ...newPerson(), email: "ada.byron@gmail.com" }];
  const hintOf = (got: Got) => got.page.querySelector("#resend .hint");
  expect(hintOf(await visitor.get("/verify-email"))?.getAttribute("data-wait")).toBeUndefined();
  await visitor.signUp(person);
  const hint = hintOf(await visitor.get("/verify-email"));
  expect(hint?.getAttribute("data-wait")).toBe("30");
  expect(hint?.querySelector("a")?.getAttribute("href")).toBe("https://mail.google.com/");
  expect(hint?.querySelector("a")?.text).toBe("Open Gmail");
  const other = await gatehouse.visitor().get("/forgot-password");
  expect(other.text).not.toContain("mail.google.com");
});

test("a mail asked for too soon takes away what was wrong with the code, with scripts too", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  const again = { email: person.email, resend: "on" };
  const got = await visitor.post("/verify-email", again, { "hx-request": "true" });
  expect(got.headers.get("hx-retarget")).toBe("#content");
  expect(got.page.querySelector("#verify")).not.toBeNull();
  expect(got.page.querySelector("#verify [aria-invalid]")).toBeNull();
});

test("a link for a new address, opened by nobody who is signed in, says with which address to sign in", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.join(person);
  const to = `new.${person.email}`;
  await visitor.post("/account/email", { email: to });
  const other = gatehouse.visitor();
  const { location } = await other.get(linkIn(await newest(to), "/confirm-email"));
  const asked = await other.get(location ?? "");
  expect(notice(asked)).toBe(`Sign in with ${person.email} to switch to ${to}.`);
  expect(notice(await other.get("/sign-in?notice=confirm_email"))).toContain("your current email address");
  const guessed = await other.get("/sign-in?notice=confirm_email&return_to=%2Fconfirm-email%3Ftoken%3Dguessed");
  expect(notice(guessed)).toContain("your current email address");
});

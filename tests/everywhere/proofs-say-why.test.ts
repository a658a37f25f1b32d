import { afterAll, beforeAll, expect, test } from "bun:test";
import { linkIn } from "../support/mails";
import { startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

/** Somebody who signed in an hour ago. */
async function anHourLater() {
  const visitor = gatehouse.visitor();
  await gatehouse.rows("delete from gatehouse.throttle");
  const person = await visitor.join();
  await gatehouse.rows("update session set created_at = created_at - interval '1 hour'");
  return { visitor, person };
}

const mailTo = async (email: string) => (await gatehouse.mailsTo(email))[0]?.text ?? "";

test("a proof: says what for and for whom, with ways to cancel and to get a new password", async () => {
  const { visitor, person } = await anHourLater();
  for (const [path, sentence] of [
    ["/account/delete", "to delete your account"],
    ["/account/export", "to download your data"],
    ["/account/sessions", "to sign out other devices"],
    ["/account/email", "to change your email address"],
  ] as const) {
    const asked = await visitor.post(path, { others: "on", email: "proofs@example.org" });
    expect(asked.text).toContain(sentence);
    expect(asked.text).toContain(person.email);
    const links = asked.page.querySelectorAll("main a").map((link) => link.getAttribute("href"));
    expect(links.toSorted()).toEqual([path, "/forgot-password"].toSorted());
  }
});

test("an export: proves first, and is downloaded from its own page", async () => {
  const { visitor, person } = await anHourLater();
  const proved = await visitor.submit(await visitor.post("/account/export", {}), { proof: person.password });
  expect(proved.location).toBe("/account/export?notice=export_ready");
  const page = await visitor.get(proved.location ?? "");
  expect(page.text).toContain("Your data is ready to download.");
  expect((await visitor.submit(page, {})).headers.get("content-disposition")).toContain("attachment");
});

test("a deletion: has a second step, which asks for the password after a while, and ends at a bare page", async () => {
  const { visitor, person } = await anHourLater();
  const first = await visitor.get("/account/delete");
  const next = first.page.querySelector(".content a.danger")?.getAttribute("href") ?? "";
  const second = await visitor.get(next);
  expect(second.page.querySelector("#proof")).not.toBeNull();
  expect((await visitor.submit(second, { proof: person.password })).location).toBe("/sign-in?notice=deletion_asked");
  await visitor.signIn(person);
  const closing = await visitor.get("/account/delete");
  expect(closing.page.querySelectorAll("form").map(({ id }) => id)).toEqual(["keep-form", "export-form", "sign-out"]);
  expect(closing.page.querySelector("nav")).toBeNull();
});

test("another address: is shown until it confirms, can be sent to again, and be given up", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const newEmail = "pending@example.org";
  await visitor.post("/account/email", { email: newEmail });
  const link = linkIn(await mailTo(newEmail), "/confirm-email");
  expect(link).not.toBe("");
  const page = await visitor.get("/account/email");
  expect(page.page.querySelector("#again-form [name=email]")?.getAttribute("value")).toBe(newEmail);
  const cancelled = await visitor.post("/account/email", { cancel: "on" });
  expect(cancelled.location).toBe("/account/email?notice=email_change_cancelled");
  expect((await visitor.get("/account/email")).page.text).not.toContain(newEmail);
  expect((await visitor.get(link)).status).toBe(404);
});

test("another address: that is somebody else's is waited for just the same", async () => {
  const [visitor, other] = [gatehouse.visitor(), gatehouse.visitor()];
  await visitor.join();
  const taken = await other.join();
  await gatehouse.rows("delete from gatehouse.throttle");
  await visitor.post("/account/email", { email: taken.email });
  await mailTo(taken.email);
  const page = await visitor.get("/account/email");
  expect(page.page.querySelector("#again-form [name=email]")?.getAttribute("value")).toBe(taken.email);
});

test("another address: its link in another browser says with which one to sign in, and fills it in", async () => {
  const [visitor, phone] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await visitor.join();
  await visitor.post("/account/email", { email: "phone@example.org" });
  const asked = await phone.get(linkIn(await mailTo("phone@example.org"), "/confirm-email"));
  const page = await phone.get(asked.location ?? "");
  expect(page.text).toContain(`Sign in with ${person.email} to switch to phone@example.org.`);
  expect(page.page.querySelector("#email")?.getAttribute("value")).toBe(person.email);
  const signedIn = await phone.submit(page, { password: person.password });
  const changed = await phone.submit(await phone.get(signedIn.location ?? ""), {});
  expect(changed.location).toBe("/account/email?notice=email_changed");
});

test("a session that ended before its form came: the sign-in page says so and leads back", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const page = await visitor.get("/account/email");
  await gatehouse.rows("delete from session");
  const ended = await visitor.submit(page, { email: "kept@example.org" });
  expect(ended.location).toBe("/sign-in?notice=session_over_kept&return_to=%2Faccount%2Femail");
  const signIn = await visitor.get(ended.location ?? "");
  expect(signIn.text).toContain("You were signed out.");
  const signedIn = await visitor.submit(signIn, { email: person.email, password: person.password });
  const again = await visitor.get(signedIn.location ?? "");
  expect(again.page.querySelector("#email")?.getAttribute("value")).toBe("kept@example.org");
  expect((await visitor.get("/account/email")).page.querySelector("#email")?.getAttribute("value")).toBeFalsy();
  await visitor.post("/sign-out", {});
  const password = await visitor.post("/account/password", { current: person.password, password: "a new passphrase" });
  expect([password.location, visitor.cookies.has("gatehouse.draft")]).toEqual([
    "/sign-in?notice=session_over&return_to=%2Faccount%2Fpassword",
    false,
  ]);
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

const isVerified = async ({ email }: Person) =>
  (await gatehouse.rows(`select 1 from "user" where email = $1 and email_verified`, [email])).length === 1;
const tokenIn = (mail: string) => linkIn(mail, "/verify-email").split("=")[1] ?? "";
const mailTo = async ({ email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";

/** Somebody who has signed up, with the mail that they got. */
async function signedUp() {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  const answer = await visitor.signUp(person);
  return { visitor, person, answer, mail: await mailTo(person) };
}

test("confirming an address: one mail has the code and the link, and its subject says who and what", async () => {
  const { person, answer, mail } = await signedUp();
  expect(answer.location).toBe("/verify-email");
  const mails = await gatehouse.mailsTo(person.email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.subject).toBe(`${codeIn(mail)} is your Gatehouse code`);
  expect(linkIn(mail, "/verify-email")).toMatch(/^\/verify-email\?token=[\w-]{43}$/);
  expect(await isVerified(person)).toBe(false);
});

test("confirming an address: the six digits confirm it, however spaced, and lead on where one was going", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  const target = "https://docs.example.com/guide#install";
  await visitor.submit(await visitor.get(`/sign-up?return_to=${encodeURIComponent(target)}`), { ...person });
  const page = await visitor.get(`/verify-email?return_to=${encodeURIComponent(target)}`);
  expect(page.page.querySelector("[name=email]")?.getAttribute("value")).toBe(person.email);
  expect(page.page.querySelector("#code")?.getAttribute("autocomplete")).toBe("one-time-code");
  const code = codeIn(await mailTo(person));
  const got = await visitor.submit(page, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
  expect(got.location).toBe(target);
  expect(await isVerified(person)).toBe(true);
});

test("confirming an address: the link does it in the browser that signed up, by its button, and once", async () => {
  const { visitor, person, mail } = await signedUp();
  const page = await visitor.get(linkIn(mail, "/verify-email"));
  expect(page.status).toBe(200);
  expect(await isVerified(person)).toBe(false);
  expect((await visitor.submit(page, {})).location).toBe("/sign-in?notice=email_verified");
  expect(await isVerified(person)).toBe(true);
  expect((await visitor.submit(page, {})).status).toBe(404);
  expect((await visitor.get(linkIn(mail, "/verify-email"))).page.querySelector("h1")?.text).toBe(
    "This link no longer works",
  );
});

test("confirming an address: five wrong codes end the code, and the link still works", async () => {
  const { visitor, person, mail } = await signedUp();
  const wrong = codeIn(mail) === "000000" ? "111111" : "000000";
  for (let i = 0; i < 5; i++) {
    await gatehouse.rows("delete from gatehouse.throttle");
    expect((await visitor.post("/verify-email", { email: person.email, code: wrong })).status).toBe(422);
  }
  await gatehouse.rows("delete from gatehouse.throttle");
  expect((await visitor.post("/verify-email", { email: person.email, code: codeIn(mail) })).status).toBe(422);
  expect(await isVerified(person)).toBe(false);
  expect((await visitor.submit(await visitor.get(linkIn(mail, "/verify-email")), {})).status).toBe(303);
});

test("confirming an address: a code is too old after ten minutes, a link after an hour", async () => {
  const { visitor, person, mail } = await signedUp();
  await gatehouse.rows(
    `update gatehouse.mail_token
       set created_at = now() - interval '11 minutes', expires_at = now() + interval '49 minutes'`,
  );
  expect((await visitor.post("/verify-email", { email: person.email, code: codeIn(mail) })).status).toBe(422);
  await gatehouse.rows("update gatehouse.mail_token set expires_at = now() - interval '1 second'");
  expect((await visitor.post("/verify-email", { token: tokenIn(mail) })).status).toBe(404);
  expect(await isVerified(person)).toBe(false);
});

test("confirming an address: another mail comes after a wait, and its code replaces the first", async () => {
  const { visitor, person, mail } = await signedUp();
  const early = await visitor.post("/verify-email", { resend: "on", email: person.email });
  expect(early.status).toBe(429);
  expect(early.page.querySelector("[role=status][data-wait]")?.text).toMatch(/Try again in \d+ seconds\./);
  await gatehouse.rows("delete from gatehouse.throttle");
  expect((await visitor.post("/verify-email", { resend: "on", email: person.email })).location).toBe(
    "/verify-email?notice=mail_sent",
  );
  const second = await mailTo(person);
  expect(codeIn(second)).not.toBe(codeIn(mail));
  expect((await visitor.post("/verify-email", { email: person.email, code: codeIn(mail) })).status).toBe(422);
  expect((await visitor.post("/verify-email", { email: person.email, code: codeIn(second) })).status).toBe(303);
});

test("confirming an address: signing up with a known one answers the same, and only the mail says more", async () => {
  const { person, visitor, mail } = await signedUp();
  await visitor.post("/verify-email", { email: person.email, code: codeIn(mail) });
  await gatehouse.rows("delete from gatehouse.throttle");
  const again = await gatehouse.visitor().signUp(person);
  expect([again.status, again.location]).toEqual([303, "/verify-email"]);
  const [latest] = await gatehouse.mailsTo(person.email);
  expect(latest?.subject).toBe("Finish signing in to Gatehouse");
  expect(linkIn(latest?.text ?? "", "/verify-email")).toBe("");
});

test("confirming an address: the account page asks for it until it is done", async () => {
  const { visitor, person, mail } = await signedUp();
  await visitor.signIn(person);
  expect((await visitor.get("/account")).text).toContain("You haven’t confirmed your email address yet.");
  const got = await visitor.submit(await visitor.get("/verify-email"), { code: codeIn(mail) });
  expect(got.location).toBe("/account?notice=email_verified");
  expect((await visitor.get(got.location ?? "")).text).not.toContain("not confirmed yet");
  expect(JSON.parse((await visitor.get("/api/session")).text).user.emailVerified).toBe(true);
});

test("confirming an address: no row holds what would open an account, tokens and codes only as hashes", async () => {
  const { mail } = await signedUp();
  const token = tokenIn(mail);
  const kept = JSON.stringify([
    await gatehouse.rows("select * from gatehouse.mail_token"),
    await gatehouse.rows("select * from gatehouse.outbox"),
    await gatehouse.rows("select * from verification"),
  ]);
  expect(kept.length).toBeGreaterThan(100);
  expect(token).toHaveLength(43);
  expect(kept).not.toContain(token);
  expect(kept).not.toContain(codeIn(mail));
});

test("another code for an address that is none, that field alone has it, and the focus", async () => {
  const { status, page } = await gatehouse.visitor().post("/verify-email", { resend: "on", email: "nobody" });
  const started = page.querySelectorAll("[autofocus]").map((field) => field.getAttribute("id"));
  expect([status, started]).toEqual([422, ["resend-email"]]);
  const kept = page.querySelectorAll("[value=nobody]").map((field) => field.getAttribute("id"));
  expect(kept).toEqual(["resend-email"]);
  expect(page.querySelector("title")?.text).toStartWith("Error: ");
});

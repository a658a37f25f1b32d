import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { stopDeletion } from "../../src/account/deletion";
import { createOutbox } from "../../src/account/outbox";
import { blankClient } from "../../src/http/visit";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

/** What a mail's link opens, and nothing else; and what ends with it, or stays. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

const next = "a brand new passphrase";
const mailTo = async (email: string) => (await gatehouse.mailsTo(email))[0]?.text ?? "";
const tokenIn = (mail: string) => /\?token=([\w-]{43})/.exec(mail)?.[1] ?? "";
const userOf = async (email: string) =>
  (
    await gatehouse.rows<{ id: string; name: string; verified: boolean }>(
      `select id, name, email_verified as verified from "user" where email = $1`,
      [email],
    )
  )[0];
const confirm = ({ email }: Person) =>
  gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
const deletions = () => gatehouse.rows<{ due: string }>("select due_at::text as due from gatehouse.deletion");

/** Somebody signed in, whose address is confirmed. */
async function owner() {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await confirm(person);
  return { visitor, person };
}

/** The link for a new password, asked for by anybody. */
async function resetLink(email: string) {
  await gatehouse.rows("delete from gatehouse.throttle");
  await gatehouse.visitor().post("/forgot-password", { email });
  return linkIn(await mailTo(email), "/reset-password");
}

/** The address that an owner had, after a thief gave the account another one; and the link that undoes it. */
async function moved() {
  const { visitor: thief, person } = await owner();
  await thief.post("/account/email", { email: `new.${person.email}` });
  await thief.submit(await thief.get(linkIn(await mailTo(`new.${person.email}`), "/confirm-email")), {});
  return { thief, person, undo: linkIn(await mailTo(person.email), "/undo-email") };
}

describe("a link in a mail", () => {
  test("opens only what it was mailed for", async () => {
    const { visitor, person } = await owner();
    const reset = tokenIn(await resetLink(person.email));
    for (const path of ["/verify-email", "/undo-email", "/not-me", "/confirm-email"])
      expect([path, (await visitor.post(path, { token: reset })).status]).toEqual([path, 404]);
    const other = newPerson();
    await gatehouse.visitor().signUp(other);
    const verify = tokenIn(await mailTo(other.email));
    const got = await gatehouse.visitor().post("/reset-password", { token: verify, password: next });
    expect([verify.length, got.status]).toEqual([43, 404]);
  });

  test("speaks for no other address than the one it went to", async () => {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const verify = tokenIn(await mailTo(person.email));
    await gatehouse.rows(`update "user" set email = $1 where email = $2`, [`moved.${person.email}`, person.email]);
    await visitor.post("/verify-email", { token: verify });
    expect((await userOf(`moved.${person.email}`))?.verified).toBe(false);

    const { visitor: laptop, person: warned } = await owner();
    await gatehouse.visitor().signIn(warned);
    const notMe = tokenIn(await mailTo(warned.email));
    await gatehouse.rows(`update "user" set email = $1 where email = $2`, [`moved.${warned.email}`, warned.email]);
    expect((await gatehouse.visitor().post("/not-me", { token: notMe })).status).toBe(404);
    expect((await laptop.get("/api/session")).status).toBe(200);
    await gatehouse.rows(`update "user" set email = $1 where email = $2`, [warned.email, `moved.${warned.email}`]);
    expect((await gatehouse.visitor().post("/not-me", { token: notMe })).status).toBe(303); // refused is not used up
  });
});

describe("a mail that confirms", () => {
  test("proves nothing in a browser that only another account knows", async () => {
    const reader = gatehouse.visitor();
    await reader.join();
    const squatted = newPerson();
    await gatehouse.visitor().signUp(squatted);
    const got = await reader.post("/verify-email", { token: tokenIn(await mailTo(squatted.email)) });
    expect(got.location).toStartWith("/reset-password?token=");
    expect((await userOf(squatted.email))?.verified).toBe(false);
  });

  test("has six digits that work once, also within their ten minutes", async () => {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const typed = { email: person.email, code: codeIn(await mailTo(person.email)) };
    expect((await visitor.post("/verify-email", typed)).status).toBe(303);
    expect((await visitor.post("/verify-email", typed)).status).toBe(422);
  });
});

describe("a new password", () => {
  test("ends the mails with links that are still on their way", async () => {
    const { visitor, person } = await owner();
    await gatehouse.rows(
      `insert into gatehouse.outbox (kind, recipient, language, user_id, facts, try_at)
        select kind, email, 'en', id, '{}', now() + interval '10 seconds'
        from "user", unnest(array['confirm_email', 'verify', 'reset']) kind where email = $1`,
      [person.email],
    );
    await visitor.post("/account/password", { current: person.password, password: next });
    const waiting =
      "select kind from gatehouse.outbox where recipient = $1 and try_at > now() and kind <> 'password_changed'";
    expect(await gatehouse.rows(waiting, [person.email])).toEqual([]);
  });

  test("by mail ends another address that a thief asked for", async () => {
    const { visitor: thief, person } = await owner();
    await thief.post("/account/email", { email: `thief.${person.email}` });
    const link = tokenIn(await mailTo(`thief.${person.email}`));
    const browser = gatehouse.visitor();
    await browser.submit(await browser.get(await resetLink(person.email)), { password: next });
    expect((await browser.post("/confirm-email", { token: link })).status).toBe(404);
  });

  test("by mail keeps the name and the planned end of a confirmed account", async () => {
    const { visitor, person } = await owner();
    const link = await resetLink(person.email);
    await visitor.post("/account/delete", {});
    await visitor.submit(await visitor.get(link), { password: next });
    expect((await userOf(person.email))?.name).toBe(person.name);
    expect(await deletions()).toHaveLength(1);
    await gatehouse.rows("delete from gatehouse.deletion");
  });
});

describe("an address that is taken back", () => {
  test("is not taken from somebody who has confirmed it meanwhile", async () => {
    const { person, undo } = await moved();
    await gatehouse.visitor().signUp({ ...newPerson(), email: person.email });
    await confirm(person);
    const other = await userOf(person.email);
    const browser = gatehouse.visitor();
    expect((await browser.post("/undo-email", { token: tokenIn(undo) })).status).toBe(404);
    expect(await userOf(person.email)).toEqual(other);
  });

  test("keeps the account that a thief was about to end", async () => {
    const { thief, undo } = await moved();
    await thief.post("/account/delete", {});
    expect(await deletions()).toHaveLength(1);
    await gatehouse.visitor().post("/undo-email", { token: tokenIn(undo) });
    expect(await deletions()).toEqual([]);
  });
});

test("another address: links to the former one do not come back to life with it", async () => {
  const { visitor, person } = await owner();
  await visitor.post("/account/email", { email: `new.${person.email}` });
  await resetLink(person.email);
  await visitor.post("/confirm-email", { token: tokenIn(await mailTo(`new.${person.email}`)) });
  const { id } = (await userOf(`new.${person.email}`)) ?? {};
  expect(
    await gatehouse.rows("select 1 from gatehouse.mail_token where user_id = $1 and purpose = 'reset'", [id]),
  ).toEqual([]);
});

test("closing an account: 'this was not me' stops it", async () => {
  const { person } = await owner();
  const thief = gatehouse.visitor();
  await thief.signIn(person);
  const notMe = tokenIn(await mailTo(person.email));
  await thief.post("/account/delete", {});
  expect(await deletions()).toHaveLength(1);
  expect((await gatehouse.visitor().post("/not-me", { token: notMe })).status).toBe(303);
  expect(await deletions()).toEqual([]);
});

test("closing an account: asked for twice, the first day holds, and keeping it is told once", async () => {
  const { visitor, person } = await owner();
  await visitor.post("/account/delete", {});
  await gatehouse.rows("update gatehouse.deletion set due_at = due_at - interval '6 days'");
  const before = await deletions();
  await visitor.signIn(person);
  await visitor.post("/account/delete", {});
  expect(await deletions()).toEqual(before);
  await visitor.signIn(person);
  for (let i = 0; i < 2; i++) await visitor.post("/account/delete", { keep: "on" });
  expect(await deletions()).toEqual([]);
  expect(await gatehouse.rows("select 1 from gatehouse.event where kind = 'deletion_stopped'")).toHaveLength(1);
});

test("closing an account: a session that ended meanwhile does not stop it", async () => {
  const { visitor, person } = await owner();
  await visitor.post("/account/delete", {});
  const services = { database: gatehouse.database, outbox: createOutbox(false, () => undefined) };
  const ended = { userId: (await userOf(person.email))?.id ?? "", sessionId: "ended" };
  expect(await stopDeletion(services, blankClient("en"), ended)).toEqual({ ok: false, problem: "signed_out" });
  expect(await deletions()).toHaveLength(1);
  await gatehouse.rows("delete from gatehouse.deletion");
});

test("a return_to that is given twice leads nowhere", async () => {
  const { page } = await gatehouse.visitor().get("/sign-in?return_to=%2Faccount%2Fprofile&return_to=%2Faccount");
  expect(page.querySelector("input[name=return_to]")).toBeNull();
});

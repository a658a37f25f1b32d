import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { housekeepingLock } from "../../src/process/housekeeping";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "the owner's own passphrase";
const forgiveAll = () => gatehouse.rows("delete from gatehouse.throttle");
const newest = async ({ email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";
const userOf = async ({ email }: Person) =>
  (
    await gatehouse.rows<{ name: string; image: string | null; verified: boolean }>(
      `select name, image, email_verified as verified from "user" where email = $1`,
      [email],
    )
  )[0];
const resend = async (visitor: Visitor, { email }: Person) => {
  await forgiveAll();
  expect((await visitor.post("/verify-email", { resend: "on", email })).location).toBe(
    "/verify-email?notice=mail_sent",
  );
};

/**
 * A stranger who made an account with somebody's address and is signed in to it; that somebody's browser is at the
 * same address.
 */
async function squatted() {
  const squatter = gatehouse.visitor();
  const person = newPerson();
  await squatter.join(person);
  const victim = Object.assign(gatehouse.visitor(), { address: squatter.address });
  return { squatter, victim, person, mail: await newest(person) };
}

/** Follows an answer to the page for a new password, and chooses one. */
async function takeOver(victim: Visitor, location: string | null) {
  expect(location).toStartWith("/reset-password?token=");
  expect((await victim.submit(await victim.get(location ?? ""), { password: next })).status).toBe(303);
}

/** What a squatter must have lost. */
async function expectTakenOver(squatter: Visitor, person: Person) {
  expect((await squatter.get("/api/session")).status).toBe(401);
  expect((await squatter.signIn(person)).status).toBe(422);
  expect(await userOf(person)).toEqual({ name: person.email.split("@")[0] ?? "", image: null, verified: true });
}

test("a squatted account is not confirmed by a second sign-up: its mail leads to a new password", async () => {
  const { squatter, victim, person } = await squatted();
  await forgiveAll();
  await victim.signUp({ ...person, name: "Victim", password: next });
  const mail = await newest(person);
  expect(linkIn(mail, "/verify-email")).toBe("");
  expect((await victim.get(linkIn(mail, "/reset-password"))).text).toContain(
    "This email address hasn’t been confirmed yet",
  );
  await takeOver(victim, linkIn(mail, "/reset-password"));
  await expectTakenOver(squatter, person);
});

test("a squatted account is not confirmed when nothing is left of how it was made", async () => {
  const { squatter, victim, person, mail } = await squatted();
  await gatehouse.rows(`begin; select pg_advisory_xact_lock(${housekeepingLock}); delete from gatehouse.event; commit`);
  await gatehouse.rows("delete from gatehouse.device");
  expect((await squatter.post("/verify-email", { email: person.email, code: codeIn(mail) })).status).toBe(422);
  await takeOver(squatter, (await squatter.submit(await squatter.get(linkIn(mail, "/verify-email")), {})).location);
  await resend(victim, person);
  expect(linkIn(await newest(person), "/verify-email")).toBe("");
});

test("a squatted account is not opened by its code elsewhere; its link leads to a new password", async () => {
  const { squatter, victim, person, mail } = await squatted();
  const typed = { email: person.email, code: codeIn(mail) };
  const right = await victim.post("/verify-email", typed);
  const wrong = await victim.post("/verify-email", {
    ...typed,
    code: codeIn(mail) === "000000" ? "111111" : "000000",
  });
  expect([right.status, right.location]).toEqual([422, null]);
  expect(right.text.replace(typed.code, "")).toBe(wrong.text.replace(/000000|111111/, ""));
  await takeOver(victim, (await victim.submit(await victim.get(linkIn(mail, "/verify-email")), {})).location);
  await expectTakenOver(squatter, person);
});

test("a squatted account counts the right code in another browser as one wrong try of five", async () => {
  const { squatter, victim, person, mail } = await squatted();
  const typed = { email: person.email, code: codeIn(mail) };
  for (let i = 0; i < 4; i++) expect((await victim.post("/verify-email", typed)).status).toBe(422);
  await forgiveAll();
  expect((await squatter.post("/verify-email", typed)).status).toBe(303);

  const other = await squatted();
  const again = { email: other.person.email, code: codeIn(other.mail) };
  for (let i = 0; i < 5; i++) expect((await other.victim.post("/verify-email", again)).status).toBe(422);
  await forgiveAll();
  expect((await other.squatter.post("/verify-email", again)).status).toBe(422);
});

test("a squatted account is not confirmed by its link in another browser, also when asked for again", async () => {
  const { squatter, victim, person } = await squatted();
  await resend(squatter, person);
  const page = await victim.get(linkIn(await newest(person), "/verify-email"));
  const got = await victim.submit(page, {});
  expect((await userOf(person))?.verified).toBe(false);
  await takeOver(victim, got.location);
  await expectTakenOver(squatter, person);
});

test("a squatted account is not confirmed by a second sign-up with another password in its browser", async () => {
  const { squatter, person } = await squatted();
  squatter.cookies.delete("better-auth.session_token");
  await forgiveAll();
  await squatter.signUp({ ...person, password: next });
  const mail = await newest(person);
  expect(linkIn(mail, "/verify-email")).toBe("");
  await takeOver(squatter, linkIn(mail, "/reset-password"));
  expect((await userOf(person))?.verified).toBe(true);
  expect((await gatehouse.visitor().signIn({ ...person, password: next })).status).toBe(303);
});

test("a squatted account keeps nothing of the stranger's when its owner takes it", async () => {
  const { squatter, victim, person, mail } = await squatted();
  await gatehouse.rows(`update "user" set image = 'https://tracker.example/p.png' where email = $1`, [person.email]);
  await gatehouse.rows(
    `insert into gatehouse.deletion (user_id, due_at)
       select id, now() + interval '7 days' from "user" where email = $1`,
    [person.email],
  );
  await takeOver(victim, (await victim.submit(await victim.get(linkIn(mail, "/verify-email")), {})).location);
  await expectTakenOver(squatter, person);
  expect(
    await gatehouse.rows(`select 1 from gatehouse.deletion d join "user" u on u.id = d.user_id where u.email = $1`, [
      person.email,
    ]),
  ).toEqual([]);
});

describe("the browser that made an account", () => {
  test("is given its device cookie by every sign-up alike, of a new address or a known one", async () => {
    const person = newPerson();
    const [first, second] = [gatehouse.visitor(), gatehouse.visitor()];
    const answers = [await first.signUp(person), await second.signUp({ ...person, password: next })];
    for (const { cookies } of [first, second]) expect(cookies.has("gatehouse.device")).toBe(true);
    const shapes = answers.map(({ status, location, text, headers }) => [
      status,
      location,
      text,
      headers.getSetCookie().map((line) => line.split("=")[0]),
    ]);
    expect(shapes[0]).toEqual(shapes[1]);
  });

  test("confirms by its code, whatever strangers asked for meanwhile", async () => {
    const [owner, stranger, person] = [gatehouse.visitor(), gatehouse.visitor(), newPerson()];
    await owner.signUp(person);
    const code = codeIn(await newest(person));
    await forgiveAll();
    await stranger.signUp({ ...person, password: next });
    await resend(stranger, person);
    expect((await owner.post("/verify-email", { email: person.email, code })).location).toBe(
      "/account?notice=email_verified",
    );
    expect(await userOf(person)).toEqual({ name: person.name, image: null, verified: true });
  });
});

describe("a second sign-up in the browser that made the account, with the same password", () => {
  test("leaves the browser known, so the code of the newest mail confirms", async () => {
    const [owner, person] = [gatehouse.visitor(), newPerson()];
    await owner.signUp(person);
    await forgiveAll();
    owner.cookies.delete("better-auth.session_token");
    await owner.signUp(person);
    const code = codeIn(await newest(person));
    expect(code).toMatch(/^\d{6}$/);
    expect((await owner.post("/verify-email", { email: person.email, code })).location).toBe(
      "/account?notice=email_verified",
    );
  });

  test("leaves the browser known when both are sent at once", async () => {
    const [owner, person] = [gatehouse.visitor(), newPerson()];
    await owner.signUp(newPerson()); // the browser has its device cookie
    await forgiveAll();
    await Promise.all([owner.signUp(person), owner.signUp(person)]);
    const known = await gatehouse.rows(
      `select 1 from gatehouse.device d join "user" u on u.id = d.user_id where u.email = $1`,
      [person.email],
    );
    expect(known).toHaveLength(1);
    await resend(owner, person);
    const code = codeIn(await newest(person));
    expect((await owner.post("/verify-email", { email: person.email, code })).location).toBe(
      "/account?notice=email_verified",
    );
  });
});

test("a second sign-up leaves the browser known beside an empty row for a password", async () => {
  const [owner, person] = [gatehouse.visitor(), newPerson()];
  await owner.signUp(person);
  const of = `user_id = (select id from "user" where email = '${person.email}')`;
  await gatehouse.rows(
    `insert into account (id, account_id, provider_id, user_id, updated_at)
       select 'empty', ' comes first', provider_id, user_id, now() from account where ${of};
     update account set id = 'later' where ${of} and id <> 'empty'`,
  );
  await forgiveAll();
  owner.cookies.delete("better-auth.session_token");
  await owner.signUp(person);
  const code = codeIn(await newest(person));
  expect((await owner.post("/verify-email", { email: person.email, code })).location).toBe(
    "/account?notice=email_verified",
  );
});

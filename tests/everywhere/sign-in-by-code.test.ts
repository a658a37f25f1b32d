import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const codeTo = async ({ email }: Person) => codeIn((await gatehouse.mailsTo(email))[0]?.text ?? "");
const proof = "gatehouse.sign-up";
const signInPage = "/sign-in?notice=email_verified";

/** Somebody who has signed up in a browser of their own. */
async function signedUp() {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await gatehouse.rows("delete from gatehouse.throttle");
  const answer = await visitor.signUp(person);
  return { visitor, person, answer };
}

const confirm = async (visitor: Visitor, person: Person) =>
  (await visitor.submit(await visitor.get("/verify-email"), { code: await codeTo(person) })).location;
const isSignedIn = async (visitor: Visitor) => (await visitor.get("/api/session")).status === 200;

test("the code: signs in whoever made the account in this browser, and nothing is left to be typed", async () => {
  const { visitor, person } = await signedUp();
  expect(await confirm(visitor, person)).toBe("/account?notice=email_verified");
  expect(await isSignedIn(visitor)).toBe(true);
  expect([...visitor.cookies.keys()].filter((name) => /address|sign-up|return-to/.test(name))).toEqual([]);
  const events = await gatehouse.rows(
    `select kind, outcome from gatehouse.event join "user" u on u.id = user_id where email = $1 order by event.id`,
    [person.email],
  );
  expect(events.at(-1)).toEqual({ kind: "sign_in", outcome: "done" });
});

test("the code: signs in after a double click on the sign-up too", async () => {
  const { visitor, person } = await signedUp();
  await visitor.post("/sign-up", { ...person });
  expect(await confirm(visitor, person)).toBe("/account?notice=email_verified");
  expect(await isSignedIn(visitor)).toBe(true);
});

test("the code: of an account made in a tab from before somebody else signed in, signs in to it", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  const secondTab = await visitor.get("/sign-up");
  const first = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [first.email]);
  await visitor.submit(secondTab, { ...person });
  const page = await visitor.get("/verify-email");
  expect(page.page.querySelector("[name=email]")?.getAttribute("value")).toBe(person.email);
  expect((await visitor.submit(page, { code: await codeTo(person) })).location).toBe("/account?notice=email_verified");
  expect(JSON.parse((await visitor.get("/api/session")).text).user.email).toBe(person.email);
});

test("the code: only confirms without the sign-up's cookie, or with one of another account", async () => {
  for (const forge of [() => "", (other: string) => other]) {
    const [{ visitor, person }, { visitor: neighbour }] = [await signedUp(), await signedUp()];
    visitor.cookies.set(proof, forge(neighbour.cookies.get(proof) ?? ""));
    expect(await confirm(visitor, person)).toBe(signInPage);
    expect(await isSignedIn(visitor)).toBe(false);
  }
});

test("the code: only confirms when the password is no longer the one that was typed", async () => {
  const [{ visitor, person }, { person: other }] = [await signedUp(), await signedUp()];
  await gatehouse.rows(
    `update account set password = (select password from account a join "user" u on u.id = a.user_id where email = $2)
      where user_id = (select id from "user" where email = $1)`,
    [person.email, other.email],
  );
  expect(await confirm(visitor, person)).toBe(signInPage);
  expect(await isSignedIn(visitor)).toBe(false);
});

test("the code: a sign-up with a known address is answered with the same cookies, which open nothing", async () => {
  const { person, visitor: owner, answer: first } = await signedUp();
  await gatehouse.rows("delete from gatehouse.throttle");
  const stranger = gatehouse.visitor();
  const again = await stranger.signUp({ ...person, password: "a stranger's own passphrase" });
  const shapes = (cookies: string[]) =>
    cookies.map((cookie) => cookie.replace(/[\w%.-]+(?=;)/, ({ length }) => `${length}`));
  expect(shapes(again.headers.getSetCookie())).toEqual(shapes(first.headers.getSetCookie()));
  await gatehouse.rows("delete from gatehouse.throttle");
  const code = await codeTo(person); // none: another browser asked, so the mail leads to a new password
  const typed = await stranger.post("/verify-email", { email: person.email, code: code || "123456" });
  expect([typed.status, await isSignedIn(stranger)]).toEqual([422, false]);
  expect(await isSignedIn(owner)).toBe(false);
});

test("the code: a program that signs up is given no cookie that would sign it in", async () => {
  const person = newPerson();
  const headers = { origin: gatehouse.origin, "content-type": "application/json" };
  const body = JSON.stringify(person);
  const got = await gatehouse.visitor().send("/api/auth/sign-up/email", { method: "POST", body, headers });
  expect([got.status, got.headers.getSetCookie().filter((cookie) => cookie.includes("sign-up"))]).toEqual([200, []]);
});

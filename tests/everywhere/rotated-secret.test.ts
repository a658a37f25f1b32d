import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { newPerson, secret, startGatehouse, Visitor, type Gatehouse, type Person } from "../support/harness";
import { codeIn, linkIn } from "../support/mails";

/**
 * A program that is given another secret, beside the one it had: on one database, the program before, the one with
 * both, the other way round, and the one that has dropped the old one.
 */

const next = "another-secret-that-the-tests-know-9876543210";
let given: TestDatabase;
let [before, both, turned, after]: Gatehouse[] = [];

beforeAll(async () => {
  given = await newTestDatabase();
  const start = (settings: Record<string, string>) =>
    startGatehouse(settings, { ...given, remove: () => Promise.resolve() });
  before = await start({ BETTER_AUTH_SECRET: secret });
  turned = await start({ BETTER_AUTH_SECRETS: `1:${secret},2:${next}` });
  both = await start({ BETTER_AUTH_SECRETS: `2:${next},1:${secret}` });
  after = await start({ BETTER_AUTH_SECRETS: `2:${next}` });
});
beforeEach(() => given.rows("delete from gatehouse.throttle"));
afterAll(async () => {
  for (const gatehouse of [before, both, turned, after]) await gatehouse?.close();
  await given.remove();
});

/** The programs, which are there from the beginning on. */
function houses() {
  if (!before || !both || !turned || !after) throw new Error("The programs are not there.");
  return { before, both, turned, after };
}

/** The same browser, at another program. */
function at(gatehouse: Gatehouse, { address, cookies }: Visitor): Visitor {
  const there = new Visitor(gatehouse.edge, gatehouse.origin, address);
  for (const [name, value] of cookies) there.cookies.set(name, value);
  return there;
}

const sessionCookie = "better-auth.session_token";
const deviceCookie = "gatehouse.device";
const session = async (visitor: Visitor) => (await visitor.get("/api/session")).status;
const tokenIn = (visitor: Visitor) => decodeURIComponent(visitor.cookies.get(sessionCookie) ?? "").split(".")[0];

/** Whether a browser is signed in, as each of the answers says that tell it. */
async function isIn(visitor: Visitor): Promise<boolean[]> {
  const cookie = visitor.cookieHeader();
  const got = (path: string) => visitor.get(path, { cookie });
  return [
    (await got("/account")).status === 200,
    (await got("/api/session")).status === 200,
    (await got("/api/forward-auth")).status === 204,
    (await got("/api/auth/get-session")).text !== "null",
  ];
}

test("another secret: who is signed in stays so with both by page, API and proxy, not with one", async () => {
  const { before, both, turned, after } = houses();
  const visitor = before.visitor();
  await visitor.join();
  expect(await isIn(visitor)).toEqual([true, true, true, true]);
  expect(await isIn(at(both, visitor))).toEqual([true, true, true, true]);
  expect(await isIn(at(turned, visitor))).toEqual([true, true, true, true]);
  expect(await isIn(at(after, visitor))).toEqual([false, false, false, false]);
  const late = both.visitor();
  await late.join();
  expect(await isIn(at(turned, late))).toEqual([true, true, true, true]);
  expect(await isIn(at(after, late))).toEqual([true, true, true, true]);
  expect(await isIn(at(before, late))).toEqual([false, false, false, false]);
});

test("another secret: the next page signs the session again, and so the old secret can be dropped", async () => {
  const { before, both, after } = houses();
  for (const path of ["/account", "/account/profile", "/account/sessions", "/"]) {
    const visitor = before.visitor();
    await visitor.join();
    const there = at(both, visitor);
    const { headers } = await there.get(path);
    const lines = headers.getSetCookie().filter((line) => line.startsWith(`${sessionCookie}=`));
    expect([path, lines.length]).toEqual([path, 1]);
    expect(lines[0]).toContain("; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax");
    expect(tokenIn(there)).toBe(tokenIn(visitor));
    expect(await session(at(after, there))).toBe(200);
    expect((await there.get(path)).headers.getSetCookie()).toEqual([]); // it is signed by the first now
  }
});

test("another secret: get-session signs the session again, in memory or not, and keeps its very answer", async () => {
  const { before, both, after } = houses();
  const visitor = before.visitor();
  await visitor.join();
  const wanted = await visitor.get("/api/auth/get-session");
  for (let round = 0; round < 3; round++) {
    const there = at(both, visitor);
    const got = await there.get("/api/auth/get-session");
    expect([got.status, got.text]).toEqual([200, wanted.text]);
    expect(await session(at(after, there))).toBe(200);
  }
});

test("another secret: a session that is over is not signed again", async () => {
  const { before, both } = houses();
  const visitor = before.visitor();
  await visitor.join();
  const there = at(both, visitor);
  await visitor.post("/sign-out", {});
  const isSigned = (lines: string[]) => lines.some((line) => new RegExp(`^${sessionCookie}=[^;]`).test(line));
  for (const path of ["/account", "/sign-in", "/api/auth/get-session"])
    expect([path, isSigned((await at(both, there).get(path)).headers.getSetCookie())]).toEqual([path, false]);
});

test("another secret: a session that ends with the browser stays one that does", async () => {
  const { before, both, after } = houses();
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.signUp(person);
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  expect(tokenIn(visitor)).toStartWith("brief-");
  const there = at(both, visitor);
  const lines = (await there.get("/account")).headers.getSetCookie();
  const names = lines.map((line) => line.split("=")[0]);
  expect(names).toEqual([sessionCookie, "better-auth.dont_remember", deviceCookie]);
  for (const line of lines.slice(0, 2)) expect(line).not.toContain("Max-Age");
  expect(await session(at(after, there))).toBe(200);
});

test("another secret: what sets no cookie sets none: the session API, a proxy's question, probes", async () => {
  const { before, both } = houses();
  const visitor = before.visitor();
  await visitor.join();
  const files = ["/favicon.ico", "/apple-touch-icon.png", "/assets/app.js", "/pictures/none"];
  for (const path of ["/api/session", "/api/forward-auth", "/livez", "/readyz", ...files])
    for (let round = 0; round < 2; round++)
      expect([path, (await at(both, visitor).get(path)).headers.getSetCookie()]).toEqual([path, []]);
});

test("another secret: signing out drops the session and its cookie, whichever secret signed it", async () => {
  const { before, both } = houses();
  const visitor = before.visitor();
  await visitor.join();
  const there = at(both, visitor);
  expect((await there.post("/sign-out", {})).status).toBe(303);
  expect(there.cookies.has(sessionCookie)).toBe(false);
  expect(await session(visitor)).toBe(401);
});

test("another secret: a sign-in ends the session that the browser had by the old one", async () => {
  const { before, both } = houses();
  const visitor = before.visitor();
  const person = await visitor.join();
  const there = at(both, visitor);
  expect((await there.post("/sign-in", { ...person, remember: "on" })).location).toBe("/account");
  expect(tokenIn(there)).not.toBe(tokenIn(visitor));
  expect([await session(visitor), await session(there)]).toEqual([401, 200]);
});

const warningsTo = async ({ email }: Person) => {
  const all = await Promise.all(Object.values(houses()).map((gatehouse) => gatehouse.mailsTo(email)));
  return all.flat().filter(({ subject }) => subject.includes("new sign-in")).length;
};

test("another secret: a device stays known and is signed again; else it becomes a stranger", async () => {
  const { before, both, after } = houses();
  const visitor = before.visitor();
  const person = await visitor.join();
  await given.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  const left = at(both, visitor);
  left.cookies.delete(sessionCookie);
  expect((await left.get("/sign-in")).headers.getSetCookie().map((line) => line.split("=")[0])).toEqual([deviceCookie]);
  expect((await left.get("/sign-in")).headers.getSetCookie()).toEqual([]);
  await left.signIn(person);
  expect(await warningsTo(person)).toBe(0);
  const later = at(after, left);
  later.cookies.delete(sessionCookie);
  await later.signIn(person);
  expect(await warningsTo(person)).toBe(0);
  const unseen = at(after, visitor);
  await unseen.signIn(person);
  expect(await warningsTo(person)).toBe(1);
});

/** The newest mail that one of the programs sent to somebody. */
const mailOf = async (gatehouse: Gatehouse, { email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";

test("another secret: link and code of a mail from before work, and an unfinished sign-up is signed in", async () => {
  const { before, both, turned } = houses();
  for (const there of [both, turned]) {
    const visitor = before.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const code = codeIn(await mailOf(before, person));
    const moved = at(there, visitor);
    const done = await moved.submit(await moved.get("/verify-email"), { code });
    expect(done.location).toBe("/account?notice=email_verified");
    expect(await session(moved)).toBe(200);
    const other = newPerson();
    const second = before.visitor();
    await second.signUp(other);
    const link = linkIn(await mailOf(before, other), "/verify-email");
    const opened = at(there, second);
    expect((await opened.submit(await opened.get(link), {})).status).toBe(303);
    expect(await given.rows(`select 1 from "user" where email = $1 and email_verified`, [other.email])).toHaveLength(1);
  }
});

test("another secret: a code from before is no code any more to who has dropped the old one; its link is", async () => {
  const { before, after } = houses();
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.signUp(person);
  const mail = await mailOf(before, person);
  const moved = at(after, visitor);
  const wrong = await moved.post("/verify-email", { email: person.email, code: codeIn(mail) });
  expect(wrong.status).toBe(422);
  expect((await moved.submit(await moved.get(linkIn(mail, "/verify-email")), {})).status).toBe(303);
});

test("another secret: waits go on, with both, and when the old one is dropped", async () => {
  const { before, both, turned, after } = houses();
  const person = await before.visitor().join();
  const guess = async (gatehouse: Gatehouse) =>
    (await gatehouse.visitor().post("/sign-in", { email: person.email, password: "wrong wrong wrong" })).status;
  await given.rows("delete from gatehouse.throttle");
  for (const gatehouse of [before, turned, both, turned, both]) expect(await guess(gatehouse)).toBe(422);
  for (const gatehouse of [turned, both, before, after]) expect(await guess(gatehouse)).toBe(429);
});

test("another secret: a wait from both is one when the old secret is dropped, and is forgiven whole", async () => {
  const { both, after } = houses();
  const [owner, person] = [both.visitor(), newPerson()];
  await owner.join(person);
  await given.rows("delete from gatehouse.throttle");
  const guess = async (gatehouse: Gatehouse) =>
    (await gatehouse.visitor().post("/sign-in", { email: person.email, password: "wrong wrong wrong" })).status;
  for (let tries = 0; tries < 5; tries++) expect(await guess(both)).toBe(422);
  expect([await guess(both), await guess(after)]).toEqual([429, 429]);
  await given.rows("update gatehouse.throttle set open_at = clock_timestamp()");
  const stranger = both.visitor();
  expect((await stranger.signIn(person)).status).toBe(303); // a right one: forgiven under both keys
  const open = await given.rows("select 1 from gatehouse.throttle where tries >= 5");
  expect(open).toEqual([]);
});

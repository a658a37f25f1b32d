import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

/** Beside these a browser keeps its device cookie, and for an hour the address it signed up with. */
const sessionCookies = ({ cookies }: Visitor) =>
  [...cookies.keys()].filter((name) => name.startsWith("better-auth")).sort();

test("signing in: leads to the account, and the browser stays signed in", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const got = await visitor.signIn(person);
  expect(got.status).toBe(303);
  expect(got.location).toBe("/account");
  const account = await visitor.get("/account");
  expect(account.page.querySelector("h1")?.text).toBe(person.name);
  expect(account.page.querySelector("main")?.text).toContain(person.email);
});

test("signing in: takes the address however it is capitalised", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  expect((await visitor.signIn({ ...person, email: person.email.toUpperCase() })).status).toBe(303);
});

test("signing in: says the same about a wrong password and an unknown address, and keeps what was typed", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const wrong = await visitor.signIn({ ...person, password: "not the password" });
  const unknown = await visitor.signIn({ email: "nobody@example.org", password: "not the password" });
  for (const got of [wrong, unknown]) {
    expect(got.status).toBe(422);
    expect(got.page.querySelector("[role=alert]")?.text).toBe("Wrong email or password. Reset your password");
    const cookies = got.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
    expect(cookies).toEqual(["gatehouse.address"]);
  }
  expect(wrong.page.querySelector("#email")?.getAttribute("value")).toBe(person.email);
  expect(wrong.text.replaceAll(person.email, "")).toBe(unknown.text.replaceAll("nobody@example.org", ""));
  expect(wrong.text).not.toContain("not the password");
});

test("signing in: ties each problem to its field, and starts at the first", async () => {
  const { status, page } = await gatehouse.visitor().post("/sign-in", { email: "not-an-address", password: "" });
  expect(status).toBe(422);
  for (const [id, words] of [
    ["email", "Enter an address like name@example.com."],
    ["password", "Enter a password."],
  ] as const) {
    const input = page.querySelector(`#${id}`);
    expect(input?.getAttribute("aria-invalid")).toBe("true");
    expect(page.querySelector(`#${input?.getAttribute("aria-describedby")}`)?.text).toBe(words);
  }
  const started = page.querySelectorAll("[autofocus]").map((input) => input.getAttribute("id"));
  expect(started).toEqual(["email"]);
});

test("signing in: unticked, keeps the session for the browser's session only", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const kept = await visitor.post("/sign-in", { ...person, remember: "on" });
  expect(kept.headers.getSetCookie().join()).toContain("Max-Age=604800");
  const forgotten = await visitor.post("/sign-in", { ...person });
  const cookie = forgotten.headers.getSetCookie().find((line) => line.includes("session_token"));
  expect(cookie).not.toContain("Max-Age");
});

test("signing in: ticked after a time unticked, stays ticked", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  await visitor.post("/sign-in", { ...person });
  expect(sessionCookies(visitor)).toEqual(["better-auth.dont_remember", "better-auth.session_token"]);
  const again = await visitor.post("/sign-in", { ...person, remember: "on" });
  expect(sessionCookies(visitor)).toEqual(["better-auth.session_token"]);
  const ofBrief = again.headers.getSetCookie().filter((line) => line.startsWith("better-auth.dont_remember="));
  expect(ofBrief.map((line) => /Max-Age=\d+/.exec(line)?.[0])).toEqual(["Max-Age=0"]);
  const saved = await visitor.post("/account/profile", { name: "Kept" });
  for (const cookie of saved.headers.getSetCookie()) expect(cookie).toContain("Max-Age=604800");
});

test("signing in: gives the browser a new session, so that a planted one is never adopted", async () => {
  const attacker = gatehouse.visitor();
  const victim = gatehouse.visitor();
  await attacker.join();
  const planted = attacker.cookies.get("better-auth.session_token") ?? "";
  victim.cookies.set("better-auth.session_token", planted);
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  await victim.post("/sign-in", { ...person });
  expect(victim.cookies.get("better-auth.session_token")).not.toBe(planted);
  expect((await attacker.get("/account")).page.text).not.toContain(person.email);
});

test("signing in: is not asked of somebody who is signed in", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  expect((await visitor.get("/sign-in")).location).toBe("/account");
  expect((await visitor.get("/sign-up")).location).toBe("/account");
  expect((await visitor.get("/")).location).toBe("/account");
  expect((await visitor.get("/sign-in?return_to=https%3A%2F%2Fdocs.example.com%2Fguide%23top")).location).toBe(
    "https://docs.example.com/guide#top",
  );
});

test("signing in: from a second tab with a form from before still works", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const staleTab = await visitor.get("/sign-in");
  await visitor.signIn(person);
  const got = await visitor.submit(staleTab, { email: person.email, password: person.password });
  expect(got.location).toBe("/account");
  expect((await visitor.get("/account")).status).toBe(200);
});

test("signing in: from a stranger costs no look at the database", async () => {
  const lonely = await startGatehouse();
  await lonely.takeAway();
  expect((await lonely.visitor().get("/sign-in")).status).toBe(200);
  expect((await lonely.visitor().get("/sign-up")).status).toBe(200);
});

test("signing in: after too many tries says when to come back", async () => {
  const visitor = gatehouse.visitor();
  const tries = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map(() => visitor.post("/sign-in", { email: "a@example.org", password: "not this one" })),
  );
  const refused = tries.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(2);
  expect(refused[0]?.page.querySelector("[role=alert]")?.text).toMatch(/Try again in \d+ seconds?\./);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(
    (await gatehouse.visitor().post("/sign-in", { email: "b@example.org", password: "not this one" })).status,
  ).toBe(422);
});

test("signing in: with the database gone keeps the form and promises nothing", async () => {
  const broken = await startGatehouse();
  const visitor = broken.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  await broken.takeAway();
  const got = await visitor.post("/sign-in", { ...person });
  expect(got.status).toBe(503);
  expect(got.headers.get("retry-after")).toBe("1");
  expect(got.page.querySelector("#email")?.getAttribute("value")).toBe(person.email);
  expect(got.page.querySelector("[role=alert]")?.text).toContain("can’t do that right now");
  expect(got.headers.getSetCookie()).toEqual([]);
});

describe("the way back", () => {
  test("leads to the page on this host or at a trusted origin, through sign-up too", async () => {
    for (const target of ["/account", "https://docs.example.com/guide?page=2#top"]) {
      const visitor = gatehouse.visitor();
      const person = newPerson();
      const signUp = await visitor.get(`/sign-up?return_to=${encodeURIComponent(target)}`);
      const signedUp = await visitor.submit(signUp, { ...person });
      const verify = await visitor.get(signedUp.location ?? "");
      const signIn = await visitor.get(verify.page.querySelector("a[href^='/sign-in']")?.getAttribute("href") ?? "");
      const got = await visitor.submit(signIn, { email: person.email, password: person.password });
      expect(got.location).toBe(target);
    }
  });

  test("is told to htmx, which must not follow a redirect by itself", async () => {
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.signUp(person);
    const got = await visitor.post(
      "/sign-in",
      { ...person, return_to: "https://docs.example.com/" },
      { "hx-request": "true" },
    );
    expect(got.status).toBe(204);
    expect(got.headers.get("hx-redirect")).toBe("https://docs.example.com/");
    expect(got.headers.has("location")).toBe(false);
  });

  test("a refusal to htmx is the form alone, the same as in the page", async () => {
    const visitor = gatehouse.visitor();
    const fields = { email: "x", password: "" };
    const whole = await visitor.post("/sign-in", fields);
    const part = await visitor.post("/sign-in", fields, { "hx-request": "true" });
    expect(part.status).toBe(422);
    expect(part.text).toStartWith("<form");
    expect(whole.text).toContain(part.text);
    expect(part.headers.get("vary")).toContain("HX-Request");
  });
});

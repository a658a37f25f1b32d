import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

test("the account page sends a stranger to sign in, and back", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const got = await visitor.get("/account");
  expect(got.status).toBe(303);
  const signIn = await visitor.get(got.location ?? "");
  expect((await visitor.submit(signIn, { email: person.email, password: person.password })).location).toBe("/account");
});

test("the profile page saves a new name, says so once, and the session API knows it", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const saved = await visitor.submit(await visitor.get("/account/profile"), { name: "  Ada King  " });
  expect(saved.status).toBe(303);
  const after = await visitor.get(saved.location ?? "");
  expect(after.page.querySelector("[role=status]")?.text).toBe("Saved.");
  expect(after.page.querySelector("#name")?.getAttribute("value")).toBe("Ada King");
  expect(JSON.parse((await visitor.get("/api/session")).text).user.name).toBe("Ada King");
  expect((await visitor.get("/account/profile")).page.querySelector("[role=status]")).toBeNull();
});

test("the profile page gives htmx the form with the saved name", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const got = await visitor.post("/account/profile", { name: "Ada K" }, { "hx-request": "true" });
  expect(got.status).toBe(200);
  expect(got.text).toStartWith("<form");
  expect(got.page.querySelector("#name")?.getAttribute("value")).toBe("Ada K");
});

test("the profile page refuses a name that is none, and keeps the old one", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  for (const name of ["", " ", "x".repeat(101), "a\u0000b", "a\nb"]) {
    const got = await visitor.post("/account/profile", { name });
    expect(got.status).toBe(422);
    expect(got.page.querySelector("#name")?.getAttribute("aria-invalid")).toBe("true");
  }
  expect(JSON.parse((await visitor.get("/api/session")).text).user.name).toBe(person.name);
});

test("the profile page shows markup in a name as the text it is, and gives it back unchanged", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const name = `<img src=x onerror=alert(1)> "&lt;b&gt;" '{{7*7}}' %s`;
  await visitor.post("/account/profile", { name });
  const account = await visitor.get("/account/profile");
  expect(account.page.querySelectorAll("img")).toHaveLength(1);
  expect(JSON.parse((await visitor.get("/api/session")).text).user.name).toBe(name);
  await visitor.submit(account, { name: account.page.querySelector("#name")?.getAttribute("value") ?? "" });
  expect(JSON.parse((await visitor.get("/api/session")).text).user.name).toBe(name);
  expect((await visitor.get("/sign-out")).page.querySelectorAll("img")).toHaveLength(1);
});

test("the profile page in a second tab after signing out in the first, asks to sign in again", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const secondTab = await visitor.get("/account/profile");
  await visitor.post("/sign-out", {});
  const got = await visitor.submit(secondTab, { name: "Late" });
  expect(got.status).toBe(303);
  expect(got.location).toBe("/sign-in?notice=session_over_kept&return_to=%2Faccount%2Fprofile");
});

describe("a picture", () => {
  test("is removed by its owner, and is not shown on the page, whose address would learn who looks", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    expect((await visitor.get("/account/profile")).page.querySelector("#picture-form")).toBeNull();
    await gatehouse.rows(`update "user" set image = 'https://elsewhere.example/p.png' where email = $1`, [email]);
    const page = await visitor.get("/account/profile");
    expect([page.page.querySelector("#picture-form") !== null, page.text.includes("elsewhere.example")]).toEqual([
      true,
      false,
    ]);
    expect((await visitor.post("/account/picture", {})).location).toBe("/account/profile?notice=picture_removed");
    expect(JSON.parse((await visitor.get("/api/session")).text).user.image).toBeNull();
    const after = await visitor.get("/account/profile?notice=picture_removed");
    expect([after.page.querySelector("#picture-form"), after.text.includes("Your picture has been removed.")]).toEqual([
      null,
      true,
    ]);
    expect((await visitor.get("/account/activity")).text).toContain("Picture removed");
  });
});

test("signing out ends the session in the database and in the browser", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const stolen = visitor.cookieHeader();
  const got = await visitor.submit(await visitor.get("/sign-out"), {});
  expect(got.location).toBe("/sign-in?notice=signed_out");
  expect([...visitor.cookies.keys()]).toEqual(["gatehouse.device"]);
  expect((await gatehouse.visitor().get("/api/session", { cookie: stolen })).status).toBe(401);
  expect(
    await gatehouse.rows(`select s.id from session s join "user" u on u.id = s.user_id where email = $1`, [email]),
  ).toEqual([]);
  expect((await visitor.get(got.location ?? "")).page.querySelector("[role=status]")?.text).toBe("You’re signed out.");
});

test("signing out twice, or by somebody who is not signed in, is no error", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const page = await visitor.get("/sign-out");
  await visitor.submit(page, {});
  expect((await visitor.submit(page, {})).status).toBe(303);
  expect((await gatehouse.visitor().get("/sign-out")).status).toBe(303);
});

test("signing out leads back to the docs", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const page = await visitor.get("/sign-out?return_to=https%3A%2F%2Fdocs.example.com%2Fintro");
  expect((await visitor.submit(page, {})).location).toBe("https://docs.example.com/intro");
});

test("signing out that the database refuses for whatever reason is not called done", async () => {
  const broken = await startGatehouse();
  const visitor = broken.visitor();
  await visitor.join();
  await broken.rows(`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end';
      create trigger refuse before delete on session for each row execute function refuse()`);
  const got = await visitor.impatient().post("/sign-out", {});
  expect(got.status).toBe(503);
  expect(got.headers.getSetCookie()).toEqual([]);
  expect((await visitor.get("/api/session")).status).toBe(200);
});

test("signing out with the database gone says that it did not happen, and leaves the cookie", async () => {
  const broken = await startGatehouse();
  const visitor = broken.visitor();
  await visitor.join();
  await broken.takeAway();
  for (const htmx of ["false", "true"]) {
    const got = await visitor.post("/sign-out", {}, { "hx-request": htmx });
    expect(got.status).toBe(503);
    expect(got.page.querySelector("main")?.text).toContain("you’re still signed in");
    expect(got.headers.getSetCookie()).toEqual([]);
  }
  expect(visitor.cookies.size).toBeGreaterThan(0);
});

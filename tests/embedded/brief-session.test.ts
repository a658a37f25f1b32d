import { afterAll, beforeAll, expect, test } from "bun:test";
import { newTestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** A session without 'keep me signed in' ends with the browser, whatever else is sent. */

/** What else may come along in a `Cookie` header, planted by a neighbour or left out by a thief. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const name = "better-auth.session_token";
const session = (visitor: Visitor) => `${name}=${visitor.cookies.get(name)}`;
const secondsLeft = async (instance: Gatehouse, email: string) =>
  (
    await instance.rows<{ left: number }>(
      `select extract(epoch from expires_at - now())::int as left from session
         where user_id = (select id from "user" where email = $1)`,
      [email],
    )
  )[0]?.left ?? 0;
const oneDay = 24 * 60 * 60;

test("a brief session stays brief whatever other cookies come along, by pages and by the API", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  const mark = "better-auth.dont_remember";
  const forged = `${mark}=true.forged`;
  const real = `${mark}=${visitor.cookies.get(mark)}`;
  for (const along of [
    "",
    `; ${forged}`,
    `; ${forged}; ${real}`,
    `; ${real}; ${real}`,
    `; a=b; \xa0${real}`,
    `; ${mark}=`,
  ])
    for (const path of [
      "/account",
      "/",
      "/account/sessions",
      "/api/auth/get-session",
      "/api/auth/get-session?disableRefresh=false",
    ]) {
      await visitor.get(path, { cookie: session(visitor) + along });
      expect(await secondsLeft(gatehouse, person.email)).toBeLessThanOrEqual(oneDay);
    }
  const [row] = await gatehouse.rows<{ written: boolean }>(
    `select updated_at > created_at + interval '1 second' as written from session
       where user_id = (select id from "user" where email = $1)`,
    [person.email],
  );
  expect(row?.written).toBe(false);
});

test("a brief session stays brief when the length is made shorter, and through a fresh proof", async () => {
  const kind = await newTestDatabase();
  const first = await startGatehouse({ GATEHOUSE_SESSION_BRIEF_HOURS: "48" }, kind);
  const visitor = first.visitor();
  const person = await visitor.join();
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  visitor.cookies.delete("better-auth.dont_remember");
  const second = await startGatehouse({ GATEHOUSE_SESSION_BRIEF_HOURS: "1" }, kind);
  const later = second.visitor();
  later.cookies.set(name, visitor.cookies.get(name) ?? "");
  await later.get("/account");
  await later.get("/api/auth/get-session");
  expect(await secondsLeft(second, person.email)).toBeLessThanOrEqual(2 * oneDay);
  await second.rows("update session set created_at = now() - interval '1 hour'");
  expect((await later.post("/account/sessions", { others: "on", proof: person.password })).location).toBe(
    "/account/sessions?notice=others_ended",
  );
  expect(await secondsLeft(second, person.email)).toBeLessThanOrEqual(60 * 60);
  await second.close();
});

test("a brief session stays brief through a fresh proof where a kept one lasts no longer than a day", async () => {
  const instance = await startGatehouse({ GATEHOUSE_SESSION_IDLE_DAYS: "1", GATEHOUSE_SESSION_BRIEF_HOURS: "1" });
  const visitor = instance.visitor();
  const person = await visitor.join();
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  await instance.rows("update session set created_at = now() - interval '1 hour'");
  const got = await visitor.post("/account/sessions", { others: "on", proof: person.password });
  expect(got.location).toBe("/account/sessions?notice=others_ended");
  visitor.cookies.delete("better-auth.dont_remember");
  await instance.rows("update session set updated_at = now() - interval '2 hours'"); // an extension would be due
  for (const path of ["/account", "/api/auth/get-session"]) await visitor.get(path);
  expect(await secondsLeft(instance, person.email)).toBeLessThanOrEqual(60 * 60);
  await instance.close();
});

test("a brief session that was made before its token told so is known by its length", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(
    `update session set created_at = now() - interval '1 hour', expires_at = now() + interval '23 hours'
       where user_id = (select id from "user" where email = $1)`,
    [person.email],
  );
  for (const path of ["/account", "/api/auth/get-session"]) await visitor.get(path);
  expect(await secondsLeft(gatehouse, person.email)).toBeLessThanOrEqual(23 * 60 * 60);
  expect(await visitor.isIn()).toBe(true);
});

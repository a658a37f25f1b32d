import { afterAll, beforeAll, expect, test } from "bun:test";
import { shortenSessions } from "../../src/process/shorten-sessions";
import { days } from "../../src/time";
import { startGatehouse, type Gatehouse, type Person } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const sessionsOf = ({ email }: Pick<Person, "email">) =>
  gatehouse.rows<{ seconds: number; age: number }>(
    `select extract(epoch from expires_at - now())::int as seconds, extract(epoch from now() - s.created_at)::int as age
       from session s join "user" u on u.id = user_id where email = $1 order by s.created_at`,
    [email],
  );

/** Moves a person's sessions into the past: signed in so long ago, last extended so long ago. */
const age = ({ email }: Person, signedIn: string, extended: string) =>
  gatehouse.rows(
    `update session set created_at = now() - interval '${signedIn}',
         expires_at = now() - interval '${extended}' + interval '7 days'
       where user_id = (select id from "user" where email = '${email}')`,
  );

test("a session lasts seven days from the last use, and thirty at most", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await age(person, "6 days", "6 days");
  await visitor.get("/account");
  expect((await sessionsOf(person))[0]?.seconds).toBeGreaterThan(7 * days - 10);
  await age(person, "26 days", "6 days");
  await visitor.get("/account");
  const [late] = await sessionsOf(person);
  expect(late?.seconds).toBeLessThanOrEqual(4 * days);
  expect(late?.seconds).toBeGreaterThan(4 * days - 10);
});

test("a session ends after thirty days however much it is used, even where its row says otherwise", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await age(person, "29 days 23 hours", "0 days");
  expect(await visitor.isIn()).toBe(true);
  await age(person, "30 days 1 minute", "0 days");
  expect(await visitor.isIn()).toBe(false);
  expect((await visitor.get("/account")).location).toBe("/sign-in?return_to=%2Faccount");
  expect((await visitor.get("/api/auth/get-session")).text).toBe("null");
  await shortenSessions(gatehouse.database, 30 * days); // as at a start that knows nothing of the table
  expect((await sessionsOf(person))[0]?.seconds).toBeLessThan(0);
});

test("a session ends after seven days without use", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await age(person, "8 days", "7 days");
  expect(await visitor.isIn()).toBe(false);
});

test("a session without 'remember me' lasts a day, and use does not extend it", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await visitor.post("/sign-in", { email: person.email, password: person.password });
  const [session] = await sessionsOf(person);
  expect(session?.seconds).toBeLessThanOrEqual(1 * days);
  await visitor.get("/account");
  expect((await sessionsOf(person))[0]?.seconds).toBeLessThanOrEqual(session?.seconds ?? 0);
});

test("a session a sign-in ends the session this browser had, whoever's it was, and no other", async () => {
  const [visitor, other] = [gatehouse.visitor(), gatehouse.visitor()];
  const [first, second] = [await visitor.join(), await other.join()];
  const copy = gatehouse.visitor();
  copy.cookies.set("better-auth.session_token", visitor.cookies.get("better-auth.session_token") ?? "");
  await visitor.post("/sign-in", { ...second });
  expect([await copy.isIn(), await visitor.isIn(), await other.isIn()]).toEqual([false, true, true]);
  expect(await sessionsOf(first)).toEqual([]);
  expect(await sessionsOf(second)).toHaveLength(2);
});

test("a session a forged cookie ends nobody's session", async () => {
  const [visitor, thief] = [gatehouse.visitor(), gatehouse.visitor()];
  await visitor.join();
  const own = await thief.join();
  const token = decodeURIComponent(visitor.cookies.get("better-auth.session_token") ?? "").split(".")[0];
  thief.cookies.set("better-auth.session_token", encodeURIComponent(`${token}.${"A".repeat(43)}=`));
  expect((await thief.post("/sign-in", { ...own })).status).toBe(303);
  expect(await visitor.isIn()).toBe(true);
});

test("a session the oldest goes when a person has more than fifty", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(
    `insert into session (id, token, user_id, expires_at, created_at)
       select 'many' || n, 'many' || n, (select id from "user" where email = '${person.email}'),
         now() + interval '1 day', now() - n * interval '1 hour' from generate_series(1, 60) n`,
  );
  await gatehouse.visitor().signIn(person);
  const left = await sessionsOf(person);
  expect(left).toHaveLength(50);
  expect(left[0]?.age).toBeLessThan(49 * 60 * 60);
  expect(await visitor.isIn()).toBe(true);
});

test("a session all of it is a setting", async () => {
  const strict = await startGatehouse({
    GATEHOUSE_SESSION_IDLE_DAYS: "1",
    GATEHOUSE_SESSION_LONGEST_DAYS: "2",
    GATEHOUSE_SESSION_BRIEF_HOURS: "1",
    GATEHOUSE_SESSIONS_PER_PERSON: "1",
    GATEHOUSE_FRESH_MINUTES: "1",
  });
  const [visitor, other] = [strict.visitor(), strict.visitor()];
  const person = await visitor.join();
  const seconds = async () =>
    (
      await strict.rows<{ seconds: number }>(
        "select extract(epoch from expires_at - now())::int as seconds from session",
      )
    )[0]?.seconds ?? 0;
  expect(Math.abs((await seconds()) - 1 * days)).toBeLessThan(10);
  await other.post("/sign-in", { email: person.email, password: person.password });
  expect([await visitor.isIn(), await other.isIn()]).toEqual([false, true]);
  expect(Math.abs((await seconds()) - 60 * 60)).toBeLessThan(10);
  await strict.rows("update session set created_at = now() - interval '61 seconds'");
  expect(JSON.parse((await other.get("/api/session")).text).session.fresh).toBe(false);
  await strict.rows("update session set created_at = now() - interval '2 days 1 minute'");
  expect(await other.isIn()).toBe(false);
  await strict.close();
});

test("a session of the app that was taken over is ended whatever its id looks like", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  for (const id of ["ses:1", "a.b/c+d", `"quoted" é`, "x".repeat(200)]) {
    const insert = `insert into session (id, token, user_id, expires_at)
      select $1, gen_random_uuid(), id, now() + interval '1 day' from "user" where email = $2`;
    await gatehouse.rows(insert, [id, person.email]);
    expect((await visitor.post("/account/sessions", { id })).location).toBe("/account/sessions?notice=session_ended");
    expect(await gatehouse.rows("select id from session where id = $1", [id])).toEqual([]);
  }
  expect((await visitor.post("/account/sessions", { id: "\0" })).location).toBe(
    "/account/sessions?notice=session_ended",
  );
  expect((await visitor.get("/api/session")).status).toBe(200);
});

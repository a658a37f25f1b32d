import { afterAll, beforeAll, expect, test } from "bun:test";
import { createMetrics } from "../../src/process/metrics";
import { hashPassword } from "better-auth/crypto";
import { createAuth } from "../../src/auth/auth";
import { createGate } from "../../src/auth/gate";
import { AsyncLocalStorage } from "node:async_hooks";
import { readConfig } from "../../src/settings/config";
import { keysFrom } from "../../src/guard/keys";
import { createOutbox } from "../../src/account/outbox";
import { createPasswords } from "../../src/guard/password";
import { createStrength } from "../../src/guard/strength";
import { createThrottle } from "../../src/guard/throttle";
import * as tables from "../../db/auth-tables";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

/** Posts JSON to Better Auth's API as one of its clients does. */
const call = (visitor: Visitor, path: string, body: unknown, headers: Record<string, string> = {}) =>
  visitor.send(`/api/auth${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { origin: visitor.origin, "content-type": "application/json", ...headers },
  });

test("Better Auth's API: signs up, signs in, tells the session, signs out, as its clients expect", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  expect((await call(visitor, "/sign-up/email", person)).status).toBe(200);
  const signedIn = await call(visitor, "/sign-in/email", person);
  expect(JSON.parse(signedIn.text).user.email).toBe(person.email);
  const session = await visitor.get("/api/auth/get-session");
  expect(Object.keys(JSON.parse(session.text))).toEqual(["session", "user"]);
  expect((await visitor.get("/api/session")).status).toBe(200);
  expect(JSON.parse((await call(visitor, "/sign-out", {})).text)).toEqual({ success: true });
  expect((await visitor.get("/api/auth/get-session")).text).toBe("null");
  expect((await visitor.get("/api/session")).status).toBe(401);
});

test("Better Auth's API: drops no cookie for a session that is over, which may be replaced", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const former = visitor.cookieHeader();
  await visitor.post("/account/password", { current: person.password, password: "a brand new passphrase" });
  const got = await visitor.get("/api/auth/get-session", { cookie: former });
  expect([got.status, got.text, got.headers.getSetCookie()]).toEqual([200, "null", []]);
  expect(await visitor.isIn()).toBe(true);
});

test("Better Auth's API: answers a known and an unknown address alike at sign-up", async () => {
  const person = newPerson();
  const shape = async () => {
    const { status, headers, text } = await call(gatehouse.visitor(), "/sign-up/email", person);
    const { token, user } = JSON.parse(text);
    return { status, headers: [...headers.keys()], token, keys: Object.keys(user).sort(), name: user.name };
  };
  const unknown = await shape();
  expect(await shape()).toEqual(unknown);
});

/** What programs may ask, by the one method for each. */
const open: Record<string, string> = {
  "/sign-up/email": "POST",
  "/sign-in/email": "POST",
  "/sign-out": "POST",
  "/get-session": "GET",
};

test("Better Auth's API: serves nothing but what a program needs", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const auth = createAuth({
    config: { ...readConfig({}), secrets: [{ value: "unused" }] },
    database: gatehouse.database,
    passwords: createPasswords(),
    strength: createStrength(),
    ...{
      keys: keysFrom([{ value: "unused" }]),
      metrics: createMetrics(),
      throttle: createThrottle(gatehouse.database, { keys: [""], log: () => undefined }),
      outbox: createOutbox(false, () => undefined),
    },
    calls: new AsyncLocalStorage(),
    gate: createGate([]),
    tables: [],
    log: () => undefined,
  });
  const paths = Object.values(auth.api).flatMap(({ path }) => (path as string | undefined) ?? []);
  const shut = paths.filter((path) => !Object.hasOwn(open, path));
  expect(shut.length).toBeGreaterThan(20);
  const nearly = ["/sign-in/email/", "//sign-in/email", "/x/../verify-password", "/SIGN-OUT", "/%73ign-out"];
  for (const path of [...Object.keys(open), ...shut, "/verify-password", ...nearly])
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"].filter((each) => each !== open[path])) {
      const headers: Record<string, string> = { origin: visitor.origin, "content-type": "application/json" };
      const hasBody = method !== "GET" && method !== "HEAD";
      const got = await visitor.send(`/api/auth${path}`, { method, headers, ...(hasBody && { body: "{}" }) });
      expect([path, method, got.status]).toEqual([path, method, 404]);
      if (method !== "HEAD") expect(JSON.parse(got.text).error.code).toBe("not_found");
    }
});

test("Better Auth's API: tells each of many who ask at once of nobody but themselves", async () => {
  const people = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const visitor = gatehouse.visitor();
      return { visitor, person: await visitor.join() };
    }),
  );
  const told = ({ text }: { text: string }): string | undefined => JSON.parse(text)?.user.email;
  const ask = (visitor: Visitor) => visitor.get("/api/auth/get-session?disableRefresh=true").then(told);
  const leaves = (each: number) => each % 2 === 1;
  await Promise.all(
    people.map(async ({ visitor, person }, each) => {
      const leaving = leaves(each) ? call(visitor, "/sign-out", {}) : undefined;
      const [asked, signedIn] = await Promise.all([
        ask(visitor),
        call(gatehouse.visitor(), "/sign-in/email", person).then(told),
      ]);
      expect([asked, signedIn]).toEqual([leaving && asked === undefined ? undefined : person.email, person.email]);
      if (leaving) expect((await leaving).status).toBe(200);
    }),
  );
  const left = await Promise.all(people.map(({ visitor }) => ask(visitor)));
  expect(left).toEqual(people.map(({ person }, each) => (leaves(each) ? undefined : person.email)));
});

test("Better Auth's API: refuses what a stranger's page sends, and keeps the cookie", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost:3000.evil.example",
    "http://localhost:3001",
    "https://localhost:3000",
  ]) {
    const got = await call(visitor, "/sign-out", {}, { origin });
    expect([origin, got.status]).toEqual([origin, 403]);
    expect(got.headers.getSetCookie()).toEqual([]);
    expect((await call(gatehouse.visitor(), "/sign-in/email", person, { origin })).status).toBe(403);
  }
  expect((await visitor.get("/api/session")).status).toBe(200);
});

test("Better Auth's API: finds its four tables as it expects them", async () => {
  const { betterAuth } = await import("better-auth/minimal");
  const { drizzleAdapter } = await import("better-auth/adapters/drizzle");
  const schemaCheck = async (schema: Record<string, unknown>) => {
    const database = drizzleAdapter(gatehouse.database.orm, { provider: "pg", schema });
    const context = await betterAuth({
      database,
      secret: "x".repeat(32),
      baseURL: "http://localhost",
      advanced: { database: { validateSchema: true } },
      logger: { disabled: true },
    }).$context;
    return context.checkSchema?.();
  };
  await schemaCheck(tables);
  await expect(schemaCheck({ ...tables, session: tables.verification })).rejects.toThrow();
});

test("Better Auth's API: the hash in a row of another kind of account is nobody's password", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(
    `update account set provider_id = 'other' where user_id = (select id from "user" where email = $1)`,
    [person.email],
  );
  const change = { current: person.password, password: "quite another passphrase" };
  expect((await visitor.post("/account/password", change)).location).toBe("/account/password");
  expect((await gatehouse.visitor().signIn(person)).status).toBe(422);
});

test("Better Auth's API: a damaged hash is a wrong password", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const setHash = (hash: string | null) =>
    gatehouse.rows(`update account set password = $1 where user_id = (select id from "user" where email = $2)`, [
      hash,
      person.email,
    ]);
  for (const hash of [null, "", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$damaged", "$2b$10$short", "zz:zz"]) {
    await setHash(hash);
    await gatehouse.rows("delete from gatehouse.throttle");
    const got = await gatehouse.visitor().signIn(person);
    expect([hash, got.status]).toEqual([hash, 422]);
    expect(got.page.querySelector("[role=alert]")?.text).toContain("Wrong email or password");
  }
});

test("Better Auth's API: an account made by Better Auth's own hash signs in, and gets one of ours", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  const hashes = () =>
    gatehouse.rows<{ password: string }>(
      `select password from account where user_id = (select id from "user" where email = $1)`,
      [person.email],
    );
  await gatehouse.rows(`update account set password = $1 where user_id = (select id from "user" where email = $2)`, [
    await hashPassword(person.password),
    person.email,
  ]);
  expect((await gatehouse.visitor().signIn({ ...person, password: "wrong password" })).status).toBe(422);
  expect((await hashes())[0]?.password).not.toStartWith("$argon2id$");
  expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
  expect((await hashes())[0]?.password).toStartWith("$argon2id$");
  expect((await gatehouse.visitor().signIn(person)).status).toBe(303);
});

test("Better Auth's API: with the database gone knows nothing, rather than saying signed out", async () => {
  const broken = await startGatehouse();
  const visitor = broken.visitor();
  const person = await visitor.join();
  await broken.takeAway();
  const answers = [
    await visitor.get("/api/auth/get-session"),
    await call(visitor, "/sign-out", {}),
    await call(visitor, "/sign-in/email", person),
    await call(visitor, "/sign-up/email", newPerson()),
  ];
  for (const got of answers) {
    expect(got.status).toBe(503);
    expect(got.headers.get("retry-after")).toBe("1");
    expect(got.headers.getSetCookie()).toEqual([]);
    expect(JSON.parse(got.text).error.code).toBe("unavailable");
  }
});

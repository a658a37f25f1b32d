import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hashPassword } from "better-auth/crypto";
import { createAuth } from "../../src/auth/auth";
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

describe("Better Auth's API", () => {
  test("signs up, signs in, tells the session, signs out, as its clients expect", async () => {
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

  test("answers a known and an unknown address alike at sign-up", async () => {
    const person = newPerson();
    const shape = async () => {
      const { status, headers, text } = await call(gatehouse.visitor(), "/sign-up/email", person);
      const { token, user } = JSON.parse(text);
      return { status, headers: [...headers.keys()], token, keys: Object.keys(user).sort(), name: user.name };
    };
    const unknown = await shape();
    expect(await shape()).toEqual(unknown);
  });

  test("serves nothing but what a program needs", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const auth = createAuth({
      config: { ...readConfig({}), secret: "unused" },
      database: gatehouse.database,
      passwords: createPasswords(),
      strength: createStrength(),
      ...{
        keys: keysFrom("unused"),
        throttle: createThrottle(gatehouse.database, ""),
        outbox: createOutbox(false, () => undefined),
      },
      calls: new AsyncLocalStorage(),
      log: () => undefined,
    });
    const open = ["/sign-up/email", "/sign-in/email", "/sign-out", "/get-session"];
    const paths = Object.values(auth.api).map(({ path }) => path as string | undefined);
    const shut = paths.filter((path) => path !== undefined && !open.includes(path));
    expect(shut.length).toBeGreaterThan(20);
    for (const path of [
      ...shut,
      "/verify-password",
      "/sign-in/email/",
      "//sign-in/email",
      "/x/../verify-password",
      "/SIGN-OUT",
      "/%73ign-out",
    ])
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
        const headers: Record<string, string> = { origin: visitor.origin, "content-type": "application/json" };
        const got = await visitor.send(`/api/auth${path}`, {
          method,
          headers,
          ...(method !== "GET" && { body: "{}" }),
        });
        expect([path, method, got.status]).toEqual([path, method, 404]);
        expect(JSON.parse(got.text).error.code).toBe("not_found");
      }
  });

  test("refuses what a stranger's page sends, and keeps the cookie", async () => {
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

  test("holds names, addresses, passwords and pictures to the same rules as the pages", async () => {
    const before = await gatehouse.rows(`select id from "user"`);
    const refused: [code: string, change: object][] = [
      ["NAME_MISSING", { name: null }],
      ["NAME_MISSING", { name: {} }],
      ["NAME_UNPRINTABLE", { name: "a\u0000b" }],
      ["NAME_TOO_LONG", { name: "x".repeat(50_000) }],
      ["EMAIL_MISSING", { email: { $ne: 1 } }],
      ["EMAIL_MALFORMED", { email: "ａ@example.org" }],
      ["PASSWORD_TOO_SHORT", { password: "short7!" }],
      ["PASSWORD_MISSING", { password: ["correct horse battery"] }],
      ["PASSWORD_COMMON", { password: "password1" }],
      ["PASSWORD_WEAK", { password: "Passwort2026!" }],
      ["PASSWORD_PATTERN", { password: "1234567890123456" }],
      ["PASSWORD_TOO_LONG", { password: "\uFDFA".repeat(20_000) }],
      ["PASSWORD_TOO_LONG", { password: "half a character \uD800" }],
      ["IMAGE_MALFORMED", { image: "javascript:alert(1)" }],
      ["IMAGE_MALFORMED", { image: "data:text/html,x" }],
      ["IMAGE_MALFORMED", { image: 1 }],
      ...["\0x", "\ud800", "\u0001", "\u202e", " x", '"><b>', "\\x"].map((part): [string, object] => [
        "IMAGE_MALFORMED",
        { image: `https://a.example/${part}` },
      ]),
      ...["\0https://a.example/x", "https:a.example/x", "https:/a", "https:\\\\a.example"].map(
        (image): [string, object] => ["IMAGE_MALFORMED", { image }],
      ),
    ];
    for (const [code, change] of refused) {
      const got = await call(gatehouse.visitor(), "/sign-up/email", { ...newPerson(), ...change });
      expect([change, got.status, JSON.parse(got.text).code]).toEqual([change, 400, code]);
    }
    expect(await gatehouse.rows(`select id from "user"`)).toEqual(before);
  });

  test("answers an empty or endless password alike for a known and an unknown address, without hashing it", async () => {
    const known = newPerson();
    await gatehouse.visitor().signUp(known);
    for (const password of ["", null, {}, "x".repeat(129)]) {
      const answers = await Promise.all(
        [known.email, "nobody@example.org"].map((email) =>
          call(gatehouse.visitor(), "/sign-in/email", { email, password }),
        ),
      );
      const [a, b] = answers.map(({ status, text }) => [status, text]);
      expect(a?.[0]).toBe(400);
      expect(b).toEqual(a);
    }
  });

  test("repeats a callbackURL only as a browser will read it, and makes no session for a bad one", async () => {
    const person = newPerson();
    await gatehouse.visitor().signUp(person);
    const sessions = () => gatehouse.rows("select id from session");
    const before = await sessions();
    const hostile = [
      "https://docs.example.com\\@evil.example",
      "http://localhost:3000\\@evil.example",
      "/.//evil.example",
      "/x/../..//evil.example",
      "http://ⓛocalhost:3000",
      "https://docs.example.com/\r\nx: y",
      "/a\u0000b",
      `/${"a".repeat(50_000)}`,
      "//evil.example",
      "javascript:alert(1)",
      1,
      {},
      null,
    ];
    for (const callbackURL of hostile) {
      const got = await call(gatehouse.visitor(), "/sign-in/email", { ...person, callbackURL });
      expect([callbackURL, got.status >= 400 && got.status < 500, got.headers.get("location")]).toEqual([
        callbackURL,
        true,
        null,
      ]);
    }
    expect(await sessions()).toEqual(before);
    const good = await call(gatehouse.visitor(), "/sign-in/email", { ...person, callbackURL: "/Āx" });
    expect([good.status, good.headers.get("location")]).toEqual([200, "/%C4%80x"]);
  });

  test("keeps what it checked: a name without the space around it", async () => {
    const person = newPerson();
    await call(gatehouse.visitor(), "/sign-up/email", { ...person, name: "   Ada   " });
    expect(await gatehouse.rows(`select name from "user" where email = $1`, [person.email])).toEqual([{ name: "Ada" }]);
  });

  test("lets nobody set what is not theirs to set", async () => {
    const person = newPerson();
    const extra = {
      id: "chosen",
      emailVerified: true,
      role: "admin",
      banned: false,
      createdAt: "2001-01-01",
      userId: "x",
      __proto__: { a: 1 },
    };
    await call(gatehouse.visitor(), "/sign-up/email", { ...person, ...extra });
    const [row] = await gatehouse.rows<{ id: string; email_verified: boolean; created_at: Date }>(
      `select * from "user" where email = $1`,
      [person.email],
    );
    expect(row?.id).not.toBe("chosen");
    expect(row?.email_verified ?? false).toBe(false);
    expect(row?.created_at.getFullYear() ?? 2026).toBeGreaterThan(2020);
  });

  test("finds its four tables as it expects them", async () => {
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

  const malformed = [
    "",
    "{",
    "[]",
    "null",
    `"x"`,
    "1",
    "true",
    `{"email":1}`,
    `{"email":"a@example.org"}`,
    "[".repeat(30_000),
    `{"a":`.repeat(10_000),
    `\uFEFF{}`,
  ];
  for (const body of malformed)
    test(`answers ${JSON.stringify(body.slice(0, 24))} with a clear refusal`, async () => {
      for (const path of ["/sign-in/email", "/sign-up/email"]) {
        const visitor = gatehouse.visitor();
        const got = await visitor.send(`/api/auth${path}`, {
          method: "POST",
          body,
          headers: { origin: visitor.origin, "content-type": "application/json" },
        });
        expect(got.status).toBeGreaterThanOrEqual(400);
        expect(got.status).toBeLessThan(500);
        expect(got.text).not.toBe("");
      }
    });

  test("takes no other media type", async () => {
    for (const type of [
      "text/plain",
      "multipart/form-data; boundary=x",
      "application/xml",
      "text/plain; application/json",
    ]) {
      const got = await call(gatehouse.visitor(), "/sign-in/email", newPerson(), { "content-type": type });
      expect([type, got.status]).toEqual([type, 415]);
    }
  });

  test("a row of another kind of account, or a damaged hash, is a wrong password", async () => {
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
      expect(got.page.querySelector("[role=alert]")?.text).toContain("do not match");
    }
  });

  test("an account made by Better Auth's own hash signs in, and gets one of ours", async () => {
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

  test("with the database gone knows nothing, rather than saying signed out", async () => {
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
});

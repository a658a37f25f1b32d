import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq, getTableColumns } from "drizzle-orm";
import { session, user } from "../../db/auth-tables";
import { sessionFactor } from "../../db/own-tables";
import { readSigned } from "../../src/session/cookie";
import { secret, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** A session check reads its row by itself: what it reads is what Drizzle does. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const tokenOf = (visitor: Visitor) =>
  readSigned(visitor.cookieHeader(), { name: "better-auth.session_token", secrets: [secret] })?.token ?? "";

/** The same by Drizzle; `id` as in every row, `token` and `userId` as no check reads them. */
async function byDrizzle(sessionToken: string) {
  const { token, userId, ...ofSession } = getTableColumns(session);
  const [row] = await gatehouse.database.orm
    .select({
      user: getTableColumns(user),
      session: ofSession,
      proved: { factors: sessionFactor.factors, methods: sessionFactor.methods },
    })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .leftJoin(sessionFactor, eq(sessionFactor.id, session.id))
    .where(eq(session.token, sessionToken));
  return row;
}

async function newcomer() {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const [ids] = await gatehouse.rows<{ user: string; session: string }>(
    `select u.id as "user", s.id as session from "user" u join session s on user_id = u.id where email = $1`,
    [email],
  );
  if (!ids) throw new Error("Nobody is signed in.");
  return { token: tokenOf(visitor), ...ids };
}

test("a row of a session check is what Drizzle reads, whatever the columns hold", async () => {
  const { token, ...ids } = await newcomer();
  const read = () => gatehouse.database.checks.sessionByToken(token);
  const plain = await read();
  expect({ ...plain }).toEqual({ ...(await byDrizzle(token)), roles: null });
  expect(plain).toMatchObject({ proved: null, roles: null, user: { emailVerified: false, image: null } });
  await gatehouse.rows(
    `update "user" set name = $2, image = '', email_verified = true, created_at = '1969-12-31 23:59:59.9999+00',
       updated_at = '2028-02-29 12:34:56.1+05:30' where id = $1`,
    [ids.user, `Zoë "\\'\t\n🙂`],
  );
  await gatehouse.rows(
    `update session set user_agent = null, ip_address = '', created_at = '2026-11-27 10:00:00+00',
       updated_at = '2026-11-27 10:00:00.123456+00', expires_at = '9999-12-31 23:59:59.999+00' where id = $1`,
    [ids.session],
  );
  await gatehouse.rows(
    `insert into gatehouse.session_factor (id, user_id, factors, methods) values ($1, $2, 2, 'password totp')`,
    [ids.session, ids.user],
  );
  await gatehouse.rows(`insert into gatehouse.role (user_id, role) values ($1, 'support'), ($1, 'admin')`, [ids.user]);
  const full = await read();
  expect({ ...full }).toEqual({ ...(await byDrizzle(token)), roles: "admin support" });
  expect(full).toMatchObject({
    user: { name: `Zoë "\\'\t\n🙂`, image: "", emailVerified: true, createdAt: new Date(-1) },
    session: { userAgent: null, ipAddress: "", expiresAt: new Date("9999-12-31T23:59:59.999Z") },
    proved: { factors: 2, methods: "password totp" },
  });
  expect(JSON.stringify(full)).not.toContain(token);
});

test("a token that nobody has is nobody's, whatever is in it", async () => {
  for (const token of ["", "nobody", `'; drop table session; --`, "é🙂", "x".repeat(128)])
    expect(await gatehouse.database.checks.sessionByToken(token)).toBeUndefined();
});

test("a check and a ping reject once the database is gone, and neither waits for ever", async () => {
  const other = await startGatehouse();
  await other.database.checks.ping();
  await other.takeAway();
  const { checks } = other.database;
  const began = performance.now();
  expect(await Promise.allSettled([checks.ping(), checks.sessionByToken("nobody")])).toMatchObject([
    { status: "rejected" },
    { status: "rejected" },
  ]);
  expect(performance.now() - began).toBeLessThan(2000);
  await other.close();
});

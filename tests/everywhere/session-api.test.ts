import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  expectGolden,
  giveRole,
  goldenIn,
  signedIn,
  unavailable,
  withRole,
  withTwoFactors,
  type Ask,
} from "../support/golden";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";

type Asked = { method: string; path: string; origin?: string };

const folder = join(import.meta.dir, "../../clients/contract");

const settings = { TRUSTED_ORIGINS: "https://docs.example.com" };
let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse(settings);
});
afterAll(() => gatehouse.close());

/** What each golden file's `when` means, acted out. */
const situations: Record<string, (ask: Ask) => Promise<Got>> = {
  "signed-in": (ask) => signedIn(gatehouse, ask),
  "two-factors": (ask) => withTwoFactors(gatehouse, ask),
  roles: (ask) => withRole(gatehouse, ask),
  nobody: (ask) => ask(gatehouse.visitor()),
  unavailable: (ask) => unavailable(settings, ask),
  "trusted-origin": (ask) => ask(gatehouse.visitor()),
  "stranger-origin": (ask) => ask(gatehouse.visitor()),
  "preflight-trusted-origin": (ask) => ask(gatehouse.visitor()),
  "preflight-stranger-origin": (ask) => ask(gatehouse.visitor()),
};

describe("the session API keeps its contract", () => {
  test("every golden answer is acted out here", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    expect(files.map((file) => file.replace(".json", "")).sort()).toEqual(Object.keys(situations).sort());
  });

  for (const [name, actOut] of Object.entries(situations))
    test(name, async () => {
      const { request, response } = await goldenIn<Asked>(folder, name);
      const headers: Record<string, string> = request.origin ? { origin: request.origin } : {};
      expectGolden(
        await actOut((visitor) => visitor.send(request.path, { method: request.method, headers })),
        response,
      );
    });
});

test("who is this? a session checked elsewhere is over with the sign-out, at once", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const cookie = visitor.cookieHeader();
  const ask = () => gatehouse.visitor().get("/api/session", { cookie });
  expect((await ask()).status).toBe(200);
  await visitor.post("/sign-out", {});
  expect((await ask()).status).toBe(401);
});

test("who is this? an expired session is nobody's, to the second", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const { session } = JSON.parse((await visitor.get("/api/session")).text);
  const expireAt = (when: string) =>
    gatehouse.rows("update session set expires_at = $2 where id = $1 returning id", [session.id, when]);
  await expireAt(new Date(Date.now() + 60_000).toISOString());
  expect((await visitor.get("/api/session")).status).toBe(200);
  await expireAt(new Date(Date.now() - 1000).toISOString());
  expect((await visitor.get("/api/session")).status).toBe(401);
  expect((await visitor.get("/account")).location).toBe("/sign-in?return_to=%2Faccount");
});

test("who is this? a visit to the account page keeps an ageing session alive, asking the API does not", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const { session } = JSON.parse((await visitor.get("/api/session")).text);
  const expiry = async () =>
    (
      await gatehouse.rows<{ expires_at: Date }>("select expires_at from session where id = $1", [session.id])
    )[0]?.expires_at.getTime() ?? 0;
  await gatehouse.rows("update session set expires_at = now() + interval '2 days' where id = $1", [session.id]);
  const ageing = await expiry();
  expect((await visitor.get("/api/session")).headers.getSetCookie()).toEqual([]);
  expect(await expiry()).toBe(ageing);
  const visit = await visitor.get("/account");
  expect(visit.headers.getSetCookie().join()).toContain("Max-Age=604800");
  expect(await expiry()).toBeGreaterThan(ageing);
  await gatehouse.rows("update session set expires_at = now() + interval '2 days' where id = $1", [session.id]);
  const saved = await visitor.post("/account/profile", { name: "Kept" }, { "hx-request": "true" });
  expect(saved.headers.getSetCookie().join()).toContain("Max-Age=604800");
});

test("who is this? a role is told from the moment it is given, and no more once it is taken", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const roles = async () => JSON.parse((await visitor.get("/api/session")).text).user.roles;
  expect(await roles()).toBeUndefined();
  await giveRole(gatehouse, email, "support");
  expect(await roles()).toEqual(["support"]);
  await giveRole(gatehouse, email);
  expect(await roles()).toEqual(["admin", "support"]);
  await gatehouse.rows("delete from gatehouse.role");
  expect(await roles()).toBeUndefined();
});

test("who is this? the session of a deleted person is nobody's", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await gatehouse.rows(`delete from "user" where email = $1`, [email]);
  expect((await visitor.get("/api/session")).status).toBe(401);
});

test("who is this? a language in the address changes nothing: programs get no redirect and no cookie", async () => {
  for (const path of ["/api/session?lang=de", "/readyz?lang=de", "/api/auth/get-session?lang=de"]) {
    const got = await gatehouse.visitor().get(path);
    expect([path, got.location, got.headers.getSetCookie()]).toEqual([path, null, []]);
    expect(got.status).not.toBe(303);
  }
});

test("who is this? the answer holds no token, and asking changes no row", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const token = decodeURIComponent(visitor.cookies.get("better-auth.session_token") ?? "").split(".")[0] ?? "";
  expect(token).toHaveLength(32);
  const row = () => gatehouse.rows("select * from session where token = $1", [token]);
  const before = await row();
  expect(before).toHaveLength(1);
  expect((await visitor.get("/api/session")).text).not.toContain(token);
  expect(await row()).toEqual(before);
});

test("who is this? an hour after the sign-in the session is no longer fresh", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const fresh = async () => JSON.parse((await visitor.get("/api/session")).text).session.fresh;
  expect(await fresh()).toBe(true);
  await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
  expect(await fresh()).toBe(false);
});

test("who is this? a backend may come by an internal name", async () => {
  const got = await gatehouse.visitor().get("/api/session", { host: "gatehouse.internal:3000" });
  expect(got.status).toBe(401);
});

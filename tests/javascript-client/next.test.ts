import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { read } from "../source/files";
import type { Served } from "../support/serve";
import { startNext } from "./places";

/** A site of Next, built and started as in production, before the small Gatehouse. */

let login: TestGatehouse;
let site: Served;
beforeAll(async () => {
  login = await startTestGatehouse();
  site = await startNext(login.url);
}, 600_000);
afterAll(async () => {
  await site.stop();
  await login.stop();
});
beforeEach(() => {
  login.requests.length = 0;
  login.isUnavailable = false;
});

const open = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
  const answer = await fetch(site.origin + path, { headers, method, redirect: "manual" });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
};
const asPage = { "sec-fetch-mode": "navigate", accept: "text/html" };

describe("what proxy.ts guards", () => {
  test("is shown to whoever is signed in", async () => {
    const got = await open("/inside", { ...asPage, cookie: login.signIn() });
    expect([got.status, got.text.includes("Inside.")]).toEqual([200, true]);
  });

  test("leads a stranger who opens the page to the sign-in page, an old browser's too", async () => {
    for (const headers of [asPage, { accept: "text/html,application/xhtml+xml" }]) {
      const got = await open("/inside", headers);
      expect([got.status, got.location]).toEqual([307, `${login.url}/sign-in`]);
    }
  });

  test("is refused with a code to scripts, and to writes", async () => {
    const stranger = await open("/inside", { "sec-fetch-mode": "cors", accept: "text/html" });
    expect([stranger.status, JSON.parse(stranger.text).error.code]).toEqual([401, "no_session"]);
    const foreign = { ...asPage, cookie: login.signIn(), origin: "https://evil.example" };
    const write = await open("/inside", foreign, "POST");
    expect([write.status, JSON.parse(write.text).error.code]).toEqual([403, "cross_site"]);
  });

  test("is 503 when it cannot be known, and leads nowhere", async () => {
    login.isUnavailable = true;
    const got = await open("/inside", { ...asPage, cookie: login.signIn() });
    expect([got.status, got.location]).toEqual([503, null]);
  });
});

test("a page asks with the headers that it was opened with, each time anew", async () => {
  const cookie = login.signIn({ email: "grace@example.org" });
  const hello = async () => (await open("/page", { cookie })).text.replaceAll("<!-- -->", "");
  expect(await hello()).toContain("Hello, grace@example.org.");
  login.signOut(cookie);
  expect(await hello()).toContain("Hello, nobody.");
  expect(login.requests.length).toBe(2);
});

test("a page that needs somebody leads a stranger to the sign-in page, as the README writes it", async () => {
  expect(read("clients/javascript/README.md")).toContain(read("tests/javascript-client/apps/next/caller.js"));
  const stranger = await open("/guarded", asPage);
  expect([stranger.status, stranger.location]).toEqual([307, `${login.url}/sign-in`]);
  const cookie = login.signIn({ email: "grace@example.org" });
  expect((await open("/guarded", { ...asPage, cookie })).text.replaceAll("<!-- -->", "")).toContain(
    "grace@example.org.",
  );
  login.isUnavailable = true;
  expect((await open("/guarded", { ...asPage, cookie })).status).toBe(500);
});

test("a route asks with its request, each time anew, and compares where a write comes from", async () => {
  const cookie = login.signIn();
  const statusOf = async (headers: Record<string, string>, method?: string) =>
    (await open("/api/me", headers, method)).status;
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ cookie })).toBe(200);
  expect(await statusOf({ cookie }, "POST")).toBe(403);
  expect(await statusOf({ cookie, origin: "https://docs.example.com" }, "POST")).toBe(200);
  login.signOut(cookie);
  expect(await statusOf({ cookie })).toBe(401);
});

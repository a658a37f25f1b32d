import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** The requests that the edge turns away before anything else sees them. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com,https://api.example.com" });
});
afterAll(() => gatehouse.close());

test("the edge turns away a host that is not ours, without repeating it", async () => {
  for (const host of [
    "evil.example",
    "localhost",
    "localhost:3001",
    "localhost:3000.evil.example",
    "user@localhost:3000",
    "localhost:3000, evil.example",
    "",
  ]) {
    const got = await gatehouse.visitor().get("/sign-in", { host });
    expect([host, got.status]).toEqual([host, 421]);
    expect(got.text).not.toContain("evil");
    expect(got.page.querySelectorAll(".card a, footer a")).toEqual([]); // each would lead to this page again
  }
  expect((await gatehouse.visitor().get("/sign-in", { host: "LOCALHOST:3000" })).status).toBe(200);
  const posted = await gatehouse.visitor().post("/sign-up", { ...newPerson() }, { host: "127.0.0.1:3000" });
  expect(posted.status).toBe(421);
});

test("the edge turns away a host that is not ours on a page that has its files, and no link", async () => {
  const host = "evil.example";
  const got = await gatehouse.visitor().get("/sign-in", { host });
  const files = got.page.querySelectorAll("img, script, link[rel=icon], link[rel=stylesheet]");
  const addresses = files.map((file) => file.getAttribute("src") ?? file.getAttribute("href") ?? "");
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  for (const address of addresses)
    expect([address, (await gatehouse.visitor().get(address, { host })).status]).toEqual([address, 200]);
  const links = got.page.querySelectorAll("a").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["#content"]);
});

test("the edge turns away a reader at 127.0.0.1 to localhost, where the cookie is", async () => {
  const got = await gatehouse.visitor().get("/sign-in?return_to=%2Faccount", { host: "127.0.0.1:3000" });
  expect([got.status, got.location]).toEqual([307, "http://localhost:3000/sign-in?return_to=%2Faccount"]);
});

test("the edge turns away a body over 64 KB before reading it, or once it is over when unannounced", async () => {
  const visitor = gatehouse.visitor();
  const form = { origin: visitor.origin, "content-type": "application/x-www-form-urlencoded" };
  const large = await visitor.send("/sign-up", {
    method: "POST",
    headers: form,
    body: `name=${"x".repeat(64 * 1024)}`,
  });
  expect(large.status).toBe(413);
  const json = await visitor.send("/api/auth/sign-up/email", {
    method: "POST",
    headers: { ...form, "content-type": "application/json" },
    body: `{"name":"${"x".repeat(70_000)}"}`,
  });
  expect(json.status).toBe(413);
  for (const path of ["/sign-up", "/api/auth/sign-up/email"]) {
    let given = 0;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(++given && 120)),
    });
    const chunked = await visitor.send(path, {
      method: "POST",
      headers: { ...form, "transfer-encoding": "chunked" },
      body: endless,
    });
    expect([path, chunked.status, given < 80]).toEqual([path, 413, true]);
  }
});

test("the edge turns away a body by what is said of it, before a byte has come", async () => {
  const visitor = gatehouse.visitor();
  const odd: [method: string, headers: Record<string, string>, status: number][] = [
    ["POST", { "content-length": "65537" }, 413],
    ["GET", { "content-length": "65537" }, 413],
    ["GET", { "transfer-encoding": "chunked" }, 400],
    ["PUT", { "transfer-encoding": "chunked" }, 400],
    ["POST", { "transfer-encoding": "gzip, chunked" }, 400],
    ["POST", { "transfer-encoding": "chunked", "content-length": "3" }, 400],
  ];
  for (const [method, headers, status] of odd) {
    let asked = false;
    const pull = () => void (asked = true);
    const body = method === "GET" ? null : new ReadableStream({ pull }, { highWaterMark: 0 });
    const got = await visitor.send("/sign-in", { method, headers: { origin: visitor.origin, ...headers }, body });
    expect([method, headers, got.status, asked]).toEqual([method, headers, status, false]);
  }
});

test("the edge turns away an address too long to be one of ours", async () => {
  expect((await gatehouse.visitor().get(`/sign-in?x=${"y".repeat(9000)}`)).status).toBe(404);
});

test("the edge turns away no method it does not know, and no path that only looks like one", async () => {
  for (const method of ["PUT", "DELETE", "PATCH"])
    expect((await gatehouse.visitor().send("/sign-in", { method })).status).toBe(404);
  for (const path of [
    "/sign-in//",
    "//sign-in",
    "/SIGN-IN",
    "/account/x.css",
    "/account%2f.js",
    "/static/../.env",
    "/assets/%2e%2e/.env",
    "/assets/..\\.env",
    "/sign-in;a=b",
    "/.env",
  ]) {
    const got = await gatehouse.visitor().get(path);
    expect([path, got.status]).toEqual([path, 404]);
    expect(got.headers.get("cache-control")).toBe("no-store");
  }
});

test("the edge turns away nobody for headers that ask for another method or address", async () => {
  const tricks = {
    "x-http-method-override": "DELETE",
    "x-original-url": "/account",
    "x-rewrite-url": "/account",
    range: "bytes=0-1",
    "if-none-match": "*",
    upgrade: "websocket",
    expect: "100-continue",
  };
  const got = await gatehouse.visitor().get("/sign-in", tricks);
  expect(got.status).toBe(200);
  expect(got.text).toContain("Sign in");
});

test("a request whose sender has no address any more does nothing, because no limit would count it", async () => {
  const { origin, edge, mailsTo } = gatehouse;
  const person = newPerson();
  const sent = (peer: string) => {
    const body = new URLSearchParams({ ...person });
    const headers = { host: new URL(origin).host, origin };
    return edge(new Request(`${origin}/sign-up`, { method: "POST", body, headers }), peer);
  };
  expect((await sent("")).status).toBe(400);
  expect(await mailsTo(person.email)).toEqual([]);
  expect((await sent("203.0.113.77")).status).toBe(303);
  expect(await mailsTo(person.email)).toHaveLength(1);
});

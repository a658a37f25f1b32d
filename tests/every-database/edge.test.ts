import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { createPageStyle } from "../../src/http/page-style";
import { createEdge } from "../../src/http/edge";
import { guardsOfApi } from "../../src/http/guards";
import { wordsOf } from "../../src/http/language";
import { createVisits, visitOf, type Visit } from "../../src/http/visit";
import { createHealth } from "../../src/process/health";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com,https://api.example.com" });
});
afterAll(() => gatehouse.close());
const paths = [
  "/",
  "/sign-in",
  "/sign-up",
  "/sign-out",
  "/account",
  "/nowhere",
  "/api/session",
  "/api/auth/get-session",
  "/api/auth/nothing",
  "/assets/none.css",
];

for (const path of paths)
  test(`every answer is guarded: ${path}`, async () => {
    const { headers } = await gatehouse.visitor().get(path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    if (!path.startsWith("/api/")) {
      expect(policy).toContain("script-src 'self';");
      expect(policy).toMatch(/; style-src 'self' 'sha256-[\w+/]{43}='; /);
      expect(policy).toContain("form-action 'self' https://docs.example.com https://api.example.com;");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toContain("no-store");
    expect(headers.get("x-request-id")).toMatch(/^[\w-]{8,64}$/);
    expect(headers.has("strict-transport-security")).toBe(false);
    if (headers.get("content-type")?.startsWith("text/html"))
      expect(headers.get("vary")).toBe("HX-Request, Cookie, Accept-Language");
  });

test("every answer on https asks to stay there, and keeps the cookie for this host alone", async () => {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  const secure = await startGatehouse({
    BETTER_AUTH_URL: "https://login.example.com",
    BETTER_AUTH_SECRET: secret,
    MAIL: "off",
  });
  const visitor = secure.visitor();
  await visitor.join();
  expect([...visitor.cookies.keys()]).toContain("__Host-better-auth.session_token");
  const { headers, status } = await visitor.get("/api/session");
  expect(status).toBe(200);
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
  const asset = (await visitor.get("/sign-out")).page.querySelector("script")?.getAttribute("src") ?? "";
  expect((await visitor.get(asset)).headers.get("strict-transport-security")).toContain("max-age=31536000");
  const signedOut = await visitor.post("/sign-out", {});
  expect(signedOut.headers.getSetCookie().length).toBeGreaterThan(0);
  for (const cookie of signedOut.headers.getSetCookie())
    expect(cookie).toMatch(/^__Host-[^;]+;(?!.*Domain).*Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  await visitor.join();
  const plainName = visitor.cookieHeader().replaceAll("__Host-", "");
  expect((await secure.visitor().get("/api/session", { cookie: plainName })).status).toBe(401);
});

test("every answer asks for https for the hosts below its own, but not where those are other people's", () => {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  const rest = { GATEHOUSE_DB_DRIVER: "embedded", MAIL: "off" };
  const asked = (host: string) =>
    guardsOfApi(readConfig({ ...rest, BETTER_AUTH_URL: `https://${host}`, BETTER_AUTH_SECRET: secret }))[
      "strict-transport-security"
    ];
  for (const host of ["login.example.com", "login.example.co.uk", "a.b.example.com:8443", "login.ada.github.io"])
    expect([host, asked(host)]).toEqual([host, "max-age=31536000; includeSubDomains"]);
  for (const host of [
    "example.com",
    "EXAMPLE.com",
    "example.co.uk:8443",
    "ada.github.io",
    "github.io",
    "co.uk",
    "login",
    "192.0.2.7",
    "[2001:db8::1]",
    "login.internal",
  ])
    expect([host, asked(host)]).toEqual([host, "max-age=31536000"]);
});

test("every answer with COOKIE_DOMAIN shares the cookie with the sub-domains", async () => {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  const settings = {
    BETTER_AUTH_URL: "https://login.example.com",
    BETTER_AUTH_SECRET: secret,
    MAIL: "off",
    COOKIE_DOMAIN: "example.com",
  };
  const visitor = (await startGatehouse(settings)).visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const set = (await visitor.signIn(person)).headers.getSetCookie();
  const cookie = set.find((line) => line.startsWith("__Secure-better-auth.session_token="));
  expect(cookie?.replace(/=[^;]+/, "=…")).toBe(
    "__Secure-better-auth.session_token=…; " +
      "Max-Age=604800; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
  );
  expect((await visitor.get("/api/session")).status).toBe(200);
  const out = await visitor.post("/sign-out", {});
  for (const line of out.headers.getSetCookie()) expect(line).toContain("Domain=example.com");
});

test("every answer carries the caller's request id when it is one, and none of its own making otherwise", async () => {
  const given = await gatehouse.visitor().get("/nowhere", { "x-request-id": "backend-1234567" });
  expect(given.headers.get("x-request-id")).toBe("backend-1234567");
  expect(gatehouse.log.at(-1)).toContain('"request":"backend-1234567"');
  for (const id of ["short", "x".repeat(65), 'quo"ted-and-long', "with spaces in it"])
    expect((await gatehouse.visitor().get("/nowhere", { "x-request-id": id })).headers.get("x-request-id")).not.toBe(
      id,
    );
});

test("another language leads to the same page of this host, whatever stands in the path", async () => {
  const paths = [
    ...["/", "/sign-in", "//evil.example", "///evil.example", "/%5cevil.example", "/\\evil.example"],
    ...[
      "/.//evil.example",
      "/x/..//evil.example",
      "/%2e%2e//evil.example",
      "/%09/evil.example",
      "/@evil.example",
      "/:80@evil.example",
    ],
  ];
  for (const path of paths) {
    for (const more of ["", "&return_to=//evil.example", "&x=%0d%0aLocation:%20//evil.example"]) {
      const query = `?lang=de${more}`;
      const { status, location } = await gatehouse.visitor().get(path + query);
      expect([path, status, location?.startsWith(`${gatehouse.origin}/`)]).toEqual([path, 303, true]);
      expect([path, new URL(location ?? "").origin]).toEqual([path, gatehouse.origin]);
      expect(location).not.toMatch(/lang=|[\s\\]/);
    }
  }
  const { status, location } = await gatehouse.visitor().send("/sign-in?lang=de", { method: "HEAD" });
  expect([status, location]).toEqual([303, `${gatehouse.origin}/sign-in`]); // as GET
  for (const lang of ["__proto__", "constructor", "toString", "", "de,en", "DE"])
    expect([lang, (await gatehouse.visitor().get(`/sign-in?lang=${lang}`)).status]).toEqual([lang, 200]);
});

/** Headers with which a client claims to be someone else, somewhere else, or doing something else. */
const claims = [
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-uri",
  "forwarded",
  "x-real-ip",
  "x-client-ip",
  "x-http-method-override",
  "x-original-url",
  "x-rewrite-url",
];

const config = readConfig({});

/** An edge before a handler that is the test's own. */
async function edgeBefore(handle: (request: Request) => Response) {
  const health = createHealth(gatehouse.database, () => undefined);
  await health.becomeReady();
  return createEdge({
    config,
    log: () => undefined,
    health,
    makeVisit: createVisits(config, { check: async () => null, wordsOf }),
    answerProblem: async () => new Response(),
    pageStyle: createPageStyle("a{}"),
    noticeProxy: () => undefined,
    measure: () => undefined,
    handle,
  });
}

test("behind the edge no claim of a client arrives, only what we know of it ourselves", async () => {
  let arrived: Visit | undefined;
  const edge = await edgeBefore((request) => {
    arrived = visitOf(request);
    return new Response();
  });
  const headers = {
    host: config.host,
    "user-agent": "x".repeat(5000),
    ...Object.fromEntries(claims.map((name) => [name, "6.6.6.6"])),
  };
  await edge(new Request(`${config.origin}/sign-in`, { headers }), "203.0.113.9");
  expect([...(arrived?.request.headers.keys() ?? [])].sort()).toEqual(["host", "user-agent"]);
  expect(arrived).toMatchObject({ ip: "203.0.113.9", isAtThisMachine: false, forwardedUrl: undefined });
  expect(arrived?.userAgent).toHaveLength(512);
});

test("the session that a request made is in its answer, also when it fails afterwards", async () => {
  const edge = await edgeBefore((request) => {
    visitOf(request).sessionCookies = ["session=new"];
    throw new Error("too late");
  });
  const request = new Request(`${config.origin}/sign-in`, { headers: { host: config.host } });
  expect((await edge(request, "203.0.113.9")).headers.getSetCookie()).toEqual(["session=new"]);
});

describe("assets", () => {
  test("are kept for ever, compressed, at addresses that change with them", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const { page } = await visitor.get("/account");
    const addresses = [...page.querySelectorAll("link:not([href$='.png'])"), ...page.querySelectorAll("script")].map(
      (tag) => tag.getAttribute("href") ?? tag.getAttribute("src") ?? "",
    );
    expect(addresses).toHaveLength(4);
    for (const address of addresses) {
      expect(address).toMatch(/^\/assets\/\w+\.[0-9a-f]{12}\.(css|js|svg)$/);
      for (const [accepted, coding] of [
        ["gzip, deflate, br", "br"],
        ["gzip", "gzip"],
        ["", null],
      ] as const) {
        const got = await gatehouse.visitor().get(address, { "accept-encoding": accepted });
        expect(got.status).toBe(200);
        expect(got.headers.get("content-encoding")).toBe(coding);
        expect(got.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      }
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";

/** What is true of every answer in production: on https, with mail, behind whatever proxy. */

const production = {
  BETTER_AUTH_URL: "https://login.example.com",
  SMTP_URL: "smtp://127.0.0.1:1",
  TRUSTED_ORIGINS: "https://docs.example.com",
};
let gatehouse: Gatehouse;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse(production);
  member = gatehouse.visitor();
  await member.join();
});
afterAll(() => gatehouse.close());

const openPages = [
  "/sign-in",
  "/sign-up",
  "/forgot-password",
  "/verify-email",
  "/reset-password?token=none",
  "/not-me?token=none",
  "/nowhere",
];
const ownPages = [
  "/sign-out",
  ...["", "/email", "/password", "/sessions", "/activity", "/export", "/delete"].map((section) => `/account${section}`),
];
const forPrograms = ["/api/session", "/api/auth/get-session", "/api/auth/nothing"];
const json = (visitor: Visitor, path: string, body: string) =>
  visitor.send(path, { method: "POST", body, headers: { origin: visitor.origin, "content-type": "application/json" } });

/** An answer of every kind: each page, each refusal of the edge, each error. */
async function everyKind(): Promise<[what: string, got: Got][]> {
  const stranger = gatehouse.visitor();
  const reads = [
    ...openPages,
    ...ownPages,
    ...forPrograms,
    "/",
    "/livez",
    "/readyz",
    "/assets/none.css",
    "/account/x.css",
  ];
  const found: [string, Got][] = [];
  for (const path of reads)
    found.push([`${path}, a stranger`, await stranger.get(path)], [`${path}, a member`, await member.get(path)]);
  const form = { origin: stranger.origin, "content-type": "application/x-www-form-urlencoded" };
  found.push(["421", await stranger.get("/sign-in", { host: "evil.example" })]);
  found.push(["403", await stranger.post("/sign-in", {}, { origin: "https://evil.example" })]);
  found.push(["413", await stranger.send("/sign-in", { method: "POST", headers: form, body: "x".repeat(70_000) })]);
  found.push(["415", await stranger.post("/sign-in", {}, { "content-type": "text/plain" })]);
  found.push(["422", await stranger.post("/sign-in", {})]);
  for (let i = 0; i < 6; i++)
    found.push([
      `a try, ${i}`,
      await stranger.post("/sign-in", { email: "a@example.org", password: "not the password" }),
    ]);
  found.push(
    ["400", await json(stranger, "/api/auth/sign-in/email", "{")],
    ["a program", await json(stranger, "/api/auth/sign-in/email", JSON.stringify(newPerson()))],
  );
  return [...found, ...(await brokenKinds())];
}

/** The same program with a table missing, and with no database at all. */
async function brokenKinds(): Promise<[what: string, got: Got][]> {
  const broken = await startGatehouse(production);
  const visitor = broken.visitor();
  await visitor.join();
  await broken.rows("alter table account rename to account_away");
  const found: [string, Got][] = [
    ["500", await broken.visitor().signUp(newPerson())],
    ["500, a program", await json(broken.visitor(), "/api/auth/sign-up/email", JSON.stringify(newPerson()))],
  ];
  await broken.takeAway();
  for (const path of ["/account", ...forPrograms, "/readyz"]) found.push([`503, ${path}`, await visitor.get(path)]);
  await broken.close();
  return found;
}

describe("every answer in production", () => {
  let answers: [what: string, got: Got][];
  beforeAll(async () => {
    answers = await everyKind();
  });

  test("asks for https for a year, is shown in no frame, runs nothing foreign, and is read as nothing but what it is", () => {
    const statuses = new Set(answers.map(([, { status }]) => status));
    for (const status of [200, 303, 400, 401, 403, 404, 413, 415, 421, 422, 429, 500, 503])
      expect(statuses).toContain(status);
    for (const [what, { headers }] of answers) {
      const policy = headers.get("content-security-policy") ?? "";
      for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect([what, policy]).toEqual([what, expect.stringContaining(directive)]);
      expect([what, policy]).toEqual([what, expect.not.stringMatching(/unsafe|\*|object-src|http:/)]);
      const said = (...names: string[]) => [what, ...names.map((name) => headers.get(name))];
      expect(said("strict-transport-security", "x-content-type-options", "cross-origin-resource-policy")).toEqual([
        what,
        "max-age=31536000; includeSubDomains",
        "nosniff",
        "same-origin",
      ]);
      if (headers.get("content-type")?.startsWith("text/html"))
        expect(said("x-frame-options", "cross-origin-opener-policy", "referrer-policy")).toEqual([
          what,
          "DENY",
          "same-origin",
          "same-origin",
        ]);
    }
  });

  test("says what it is made of, charset included, and has a body where it should", async () => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => gatehouse.edge(request, "127.0.0.1"),
    });
    for (const probe of ["livez", "readyz"])
      expect((await fetch(server.url + probe)).headers.get("content-type")).toBe("text/plain;charset=utf-8");
    await server.stop(true);
    for (const [what, { status, headers, text }] of answers) {
      if ([204, 303].includes(status) || /(live|ready)z/.test(what)) continue; // Bun names the type of a bare text when it sends it
      expect([what, text === "" && headers.get("content-type") === null]).toEqual([what, false]);
      expect([what, headers.get("content-type")]).toEqual([
        what,
        expect.stringMatching(/^(text\/html; charset=utf-8|application\/json(;\s*charset=utf-8)?)$/),
      ]);
    }
  });

  test("is kept by no cache, and tells no version, no program, no statement and no place in the code", () => {
    for (const [what, { headers, text }] of answers) {
      expect([what, headers.get("cache-control")]).toEqual([what, expect.stringContaining("no-store")]);
      expect([what, ["server", "x-powered-by", "via", "x-aspnet-version"].filter((name) => headers.has(name))]).toEqual(
        [what, []],
      );
      expect([what, `${[...headers].join()} ${text}`]).toEqual([
        what,
        expect.not.stringMatching(
          /\b(bun|elysia|better-auth|drizzle|postgres|pglite)\b.{0,3}\d|account_away|\n\s+at |\.tsx?:\d|node_modules|\/src\/|relation "/i,
        ),
      ]);
    }
  });

  test("grants its reading to no other origin, and the session's to those on the list alone", async () => {
    for (const path of [...openPages, ...ownPages, ...forPrograms])
      for (const origin of [
        "https://evil.example",
        "null",
        "https://docs.example.com.evil.example",
        "http://docs.example.com",
      ])
        expect([path, (await member.get(path, { origin })).headers.get("access-control-allow-origin")]).toEqual([
          path,
          null,
        ]);
    const { headers } = await member.get("/api/session", { origin: "https://docs.example.com" });
    expect(headers.get("access-control-allow-origin")).toBe("https://docs.example.com");
  });
});

describe("in production", () => {
  test("what is no page of ours is not found: no history of the source, no folder, no file, no console", async () => {
    const nothing = [
      "/.git/HEAD",
      "/.git/config",
      "/.env",
      "/.svn/entries",
      "/package.json",
      "/bun.lock",
      "/src/main.ts",
      "/data/secret",
      "/assets/",
      "/assets",
      "/static/",
      "/views/",
      "/api/",
      "/api/auth",
      "/api/auth/",
      "/api/auth/reference",
      "/api/auth/error",
      "/api/auth/ok",
    ];
    const consoles = [
      "/dev/mail",
      "/dev/mail/1",
      "/metrics",
      "/swagger",
      "/swagger/json",
      "/openapi",
      "/openapi.json",
      "/docs",
      "/debug",
      "/status",
      "/health",
      "/admin",
      "/graphql",
      "/server-status",
      "/assets/htmx.js.map",
      "/assets/style.css",
    ];
    for (const path of [...nothing, ...consoles]) expect([path, (await member.get(path)).status]).toEqual([path, 404]);
  });

  test("a program that comes by plain http is never sent on to https", async () => {
    for (const path of [...forPrograms, "/livez"]) {
      const got = await gatehouse.visitor().get(path, { "x-forwarded-proto": "http" });
      expect([path, got.location, Math.floor(got.status / 100) === 3]).toEqual([path, null, false]);
    }
  });

  test("a page has links, forms and files of this host alone", async () => {
    for (const path of [...openPages, ...ownPages]) {
      const { page } = await (ownPages.includes(path) ? member : gatehouse.visitor()).get(path);
      const targets = ["href", "src", "action", "hx-post", "hx-get", "formaction", "poster", "srcset"].flatMap((name) =>
        page.querySelectorAll(`[${name}]`).map((element) => element.getAttribute(name) ?? ""),
      );
      expect(targets.length).toBeGreaterThan(4);
      expect([path, targets.filter((target) => !/^(\/(?![/\\])|[?#])/.test(target))]).toEqual([path, []]);
    }
  });

  test("an asset is the same for everybody, and no document, should somebody open it as one", async () => {
    const { page } = await gatehouse.visitor().get("/sign-in");
    const addresses = page
      .querySelectorAll("[src^='/assets/'], link[href^='/assets/']")
      .map((element) => element.getAttribute("src") ?? element.getAttribute("href") ?? "");
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of new Set(addresses)) {
      const [mine, anybodys] = [await member.get(address), await gatehouse.visitor().get(address)];
      expect([address, mine.status, mine.text]).toEqual([address, 200, anybodys.text]);
      expect([address, mine.headers.get("content-security-policy")]).toEqual([
        address,
        expect.stringContaining("default-src 'none'"),
      ]);
      expect(mine.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect([mine.headers.get("x-content-type-options"), mine.headers.get("strict-transport-security")]).toEqual([
        "nosniff",
        "max-age=31536000; includeSubDomains",
      ]);
    }
  });

  test("no answer becomes a script by asking: a callback is passed over", async () => {
    for (const path of forPrograms.slice(0, 2)) {
      const [plain, asked] = [
        await member.get(path),
        await member.get(`${path}?callback=steal&jsonp=steal`, { "sec-fetch-dest": "script" }),
      ];
      expect([asked.status, asked.text, asked.headers.get("content-type")]).toEqual([
        plain.status,
        plain.text,
        plain.headers.get("content-type"),
      ]);
    }
  });
});

/** Every `Set-Cookie` line of a visitor's day: signing up, another language, signing in, changing, signing out. */
async function cookiesOfADay(at: Gatehouse): Promise<string[]> {
  const [visitor, person] = [at.visitor(), newPerson()];
  const day: Got[] = [
    await visitor.get("/sign-in?lang=de"),
    await visitor.get("/sign-up"),
    await visitor.signUp(person),
    await visitor.signIn(person),
    await visitor.get("/account"),
    await visitor.post("/account", { name: "Ada" }),
  ];
  day.push(
    await visitor.post("/account/password", {
      current: person.password,
      password: "a newly chosen pass phrase",
      others: "on",
    }),
  );
  day.push(await visitor.post("/account/export", {}), await visitor.post("/sign-out", {}));
  return day.flatMap(({ headers }) => headers.getSetCookie());
}

describe("each cookie", () => {
  test("is this host's, sent over https to no other site, out of reach of scripts, and fits", async () => {
    const lines = await cookiesOfADay(gatehouse);
    const names = new Set(lines.map((line) => line.split("=")[0]));
    for (const name of ["gatehouse.language", "gatehouse.address", "gatehouse.device", "better-auth.session_token"])
      expect(names).toContain(`__Host-${name}`);
    for (const line of lines) {
      expect(line).toMatch(
        /^__Host-[^;]+(; Max-Age=\d+)?; Path=\/; HttpOnly; (Secure; SameSite=Lax|SameSite=Lax; Secure)$/,
      );
      expect(Buffer.byteLength(line.split(";")[0] ?? "")).toBeLessThan(4096);
    }
  });

  test("but the session's stays this host's when that one is shared", async () => {
    const shared = await startGatehouse({ ...production, COOKIE_DOMAIN: "example.com" });
    for (const line of await cookiesOfADay(shared)) {
      expect(line).toMatch(/; Path=\/; HttpOnly; (Secure; SameSite=Lax|SameSite=Lax; Secure)$/);
      expect(line).toMatch(
        line.includes("gatehouse.")
          ? /^__Host-gatehouse\.\w+=[^;]*; Max-Age=\d+; Path/
          : /^__Secure-better-auth\.\w+=[^;]*;.* Domain=example\.com; Path/,
      );
    }
    await shared.close();
  });
});

describe("signing out", () => {
  test("tells the browser to forget what it kept of the account", async () => {
    for (const htmx of ["false", "true"]) {
      const visitor = gatehouse.visitor();
      await visitor.join();
      expect((await visitor.get("/account")).headers.has("clear-site-data")).toBe(false);
      expect((await visitor.post("/sign-out", {}, { "hx-request": htmx })).headers.get("clear-site-data")).toBe(
        '"storage"',
      );
    }
  });
});

describe("the lines of the log", () => {
  test("say when in UTC, and every refusal is one of them", async () => {
    const [visitor, from] = [gatehouse.visitor(), gatehouse.log.length];
    await visitor.post("/sign-in", {}, { origin: "https://evil.example" });
    await visitor.post("/sign-in", {});
    await visitor.get("/sign-in", { host: "evil.example" });
    await visitor.post("/reset-password", { token: "none", password: "a newly chosen pass phrase" });
    const lines = gatehouse.log
      .slice(from)
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "request");
    expect(lines.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      "POST /sign-in 403",
      "POST /sign-in 422",
      "GET /sign-in 421",
      "POST /reset-password 404",
    ]);
    for (const { time, request } of lines)
      expect([time, request]).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        expect.stringMatching(/^[\w-]{8,64}$/),
      ]);
  });
});

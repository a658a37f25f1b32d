import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";
import { forPrograms, openPages, ownPages, production } from "../support/in-production";

/** What the standard asks of what is served in production, of the cookies and of the log. */

let gatehouse: Gatehouse;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse(production);
  member = gatehouse.visitor();
  await member.join();
});
afterAll(() => gatehouse.close());

/** Files and folders that a server may give away by mistake. */
const filesOfNobody = [
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

/** What a framework or an operator may have left open. */
const consoles = [
  "/dev/mail",
  "/dev/mail/1",
  "/metrics",
  "/swagger",
  "/swagger/json",
  "/openapi",
  "/openapi.yaml",
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

test("in production, what is no page of ours is not found: no source, no folder, no file, no console", async () => {
  for (const path of [...filesOfNobody, ...consoles])
    expect([path, (await member.get(path)).status]).toEqual([path, 404]);
});

test("in production, a program that comes by plain http is never sent on to https", async () => {
  for (const path of [...forPrograms, "/livez"]) {
    const got = await gatehouse.visitor().get(path, { "x-forwarded-proto": "http" });
    expect([path, got.location, Math.floor(got.status / 100) === 3]).toEqual([path, null, false]);
  }
});

test("in production, a page has links, forms and files of this host alone", async () => {
  for (const path of [...openPages, ...ownPages]) {
    const { page } = await (ownPages.includes(path) ? member : gatehouse.visitor()).get(path);
    const targets = ["href", "src", "action", "hx-post", "hx-get", "formaction", "poster", "srcset"].flatMap((name) =>
      page.querySelectorAll(`[${name}]`).map((element) => element.getAttribute(name) ?? ""),
    );
    expect(targets.length).toBeGreaterThan(4);
    expect([path, targets.filter((target) => !/^(\/(?![/\\])|[?#])/.test(target))]).toEqual([path, []]);
  }
});

test("in production, an asset is the same for everybody, and no document, should somebody open it as one", async () => {
  const { page } = await member.get("/account");
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

test("in production, no answer becomes a script by asking: a callback is passed over", async () => {
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

/** Every `Set-Cookie` line of a visitor's day: signing up, another language, signing in, changing, signing out. */
async function cookiesOfADay(at: Gatehouse): Promise<string[]> {
  const [visitor, person] = [at.visitor(), newPerson()];
  const day: Got[] = [
    await visitor.get("/sign-in?lang=de"),
    await visitor.get("/sign-up"),
    await visitor.signUp(person),
    await visitor.signIn(person),
    await visitor.get("/account"),
    await visitor.post("/account/profile", { name: "Ada" }),
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
          ? /^__Host-gatehouse\.[\w-]+=[^;]*; Max-Age=\d+; Path/
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

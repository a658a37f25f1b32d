import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Visitor } from "../support/harness";
import { forPrograms, openPages, ownPages, production } from "../support/in-production";

/** What is true of every answer in production: on https, with mail, behind whatever proxy. */

let gatehouse: Gatehouse;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse(production);
  member = gatehouse.visitor();
  await member.join();
});
afterAll(() => gatehouse.close());

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
let answers: [what: string, got: Got][];
beforeAll(async () => {
  answers = await everyKind();
});

test("every answer in production is https for a year, in no frame, runs nothing foreign, and keeps its type", () => {
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

test("every answer in production says its type and charset, and has a body where it should", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => gatehouse.edge(request, "127.0.0.1"),
  });
  for (const probe of ["livez", "readyz"])
    expect((await fetch(server.url + probe)).headers.get("content-type")).toBe("text/plain;charset=utf-8");
  await server.stop(true);
  for (const [what, { status, headers, text }] of answers) {
    // Bun names the type of a bare text when it sends it.
    if ([204, 303].includes(status) || /(live|ready)z/.test(what)) continue;
    expect([what, text === "" && headers.get("content-type") === null]).toEqual([what, false]);
    expect([what, headers.get("content-type")]).toEqual([
      what,
      expect.stringMatching(/^(text\/html; charset=utf-8|application\/json(;\s*charset=utf-8)?)$/),
    ]);
  }
});

const insides = [
  /\b(bun|elysia|better-auth|drizzle|postgres|pglite)\b.{0,3}\d|account_away|relation "/i,
  /\n\s+at |\.tsx?:\d|node_modules|\/src\//i,
];

test("every answer in production is kept by no cache, and tells no version, program, statement or place", () => {
  for (const [what, { headers, text }] of answers) {
    expect([what, headers.get("cache-control")]).toEqual([what, expect.stringContaining("no-store")]);
    expect([what, ["server", "x-powered-by", "via", "x-aspnet-version"].filter((name) => headers.has(name))]).toEqual([
      what,
      [],
    ]);
    const all = `${[...headers].join()} ${text}`;
    for (const pattern of insides) expect([what, all]).toEqual([what, expect.not.stringMatching(pattern)]);
  }
});

test("every answer in production is read by no other origin, the session by those on the list alone", async () => {
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

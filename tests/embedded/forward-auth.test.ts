import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { giveRole, goldenIn, signedIn, unavailable, withRole, type Ask } from "../support/golden";
import { newPerson, startGatehouse, type Gatehouse, type Got } from "../support/harness";

type Asked = { method: string; path: string; headers: Record<string, string> };

const folder = join(import.meta.dir, "../../clients/contract/forward-auth");

/** Every visitor of these tests comes from a proxy's address. */
const settings = {
  BETTER_AUTH_URL: "https://login.example.com",
  MAIL: "off",
  TRUSTED_ORIGINS: "https://docs.example.com, https://elsewhere.example",
  COOKIE_DOMAIN: "example.com",
  TRUSTED_PROXIES: "127.0.0.0/8",
};
const path = "/api/forward-auth";
const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const asked = (origin: string, uri: string) => ({
  "x-forwarded-proto": origin.split("://")[0] ?? "",
  "x-forwarded-host": origin.split("://")[1] ?? "",
  "x-forwarded-uri": uri,
});

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse(settings);
});
afterAll(() => gatehouse.close());

/** What each golden file's `when` means, acted out. */
const situations: Record<string, (ask: Ask) => Promise<Got>> = {
  "signed-in": (ask) => signedIn(gatehouse, ask),
  "one-factor": (ask) => signedIn(gatehouse, ask),
  "no-role": (ask) => signedIn(gatehouse, ask),
  role: (ask) => withRole(gatehouse, ask),
  "unknown-demand": (ask) => signedIn(gatehouse, ask),
  visitor: (ask) => ask(gatehouse.visitor()),
  program: (ask) => ask(gatehouse.visitor()),
  unavailable: (ask) => unavailable(settings, ask),
};

describe("forward-auth keeps its contract", () => {
  test("every golden answer is acted out here", () => {
    expect(
      readdirSync(folder)
        .map((file) => file.replace(".json", ""))
        .sort(),
    ).toEqual(Object.keys(situations).sort());
  });

  for (const [name, actOut] of Object.entries(situations))
    test(name, async () => {
      const { request, response } = await goldenIn<Asked>(folder, name);
      const got = await actOut((visitor) => visitor.send(request.path, request));
      expect(got.status).toBe(response.status);
      for (const [header, value] of Object.entries(response.headers))
        expect([header, got.headers.get(header)]).toEqual([
          header,
          /^<\w+>$/.test(value) ? expect.stringMatching(/./) : value,
        ]);
      for (const header of response.absentHeaders) expect([header, got.headers.has(header)]).toEqual([header, false]);
      expect(got.text === "" ? null : JSON.parse(got.text)).toEqual(response.body);
    });
});

test("a proxy that asks who it is is told the person's id and address, and whether that was confirmed", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const { user } = JSON.parse((await visitor.get("/api/session")).text);
  const { headers } = await visitor.get(path, { host: "gatehouse:3000" });
  expect([headers.get("x-user-id"), headers.get("x-user-email"), headers.get("x-user-email-verified")]).toEqual([
    user.id,
    email,
    "false",
  ]);
});

test("a proxy that asks who it is gets any email in a header that carries it, and no two alike", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const written: string[] = [];
  for (const [name, odd] of [
    "jürgen@example.org",
    "j%c3%bcrgen@example.org",
    "a\r\nx-user-id: 1@example.org",
  ].entries()) {
    await gatehouse.rows(`update "user" set email = $2 where email = $1 returning id`, [
      name === 0 ? email : decode(written.at(-1)),
      odd,
    ]);
    const { headers, status } = await visitor.get(path);
    written.push(headers.get("x-user-email") ?? "");
    expect([status, decode(written.at(-1))]).toEqual([204, odd]);
  }
  expect(written).toEqual([
    "j%C3%BCrgen@example.org",
    "j%25c3%25bcrgen@example.org",
    "a%0D%0Ax-user-id:%201@example.org",
  ]);
});

test("a proxy that asks who it is hears no from the sign-out on, and of a deleted person", async () => {
  const [leaving, deleted] = [gatehouse.visitor(), gatehouse.visitor()];
  await leaving.join();
  const { email } = await deleted.join();
  const cookies = [leaving.cookieHeader(), deleted.cookieHeader()];
  await leaving.post("/sign-out", {});
  await gatehouse.rows(`delete from "user" where email = $1`, [email]);
  for (const cookie of cookies) expect((await gatehouse.visitor().get(path, { cookie })).status).toBe(401);
});

test("a proxy that asks who it is cannot be told by a client who it is", async () => {
  const got = await gatehouse.visitor().get(path, { ...page, "x-user-id": "1", "x-user-email": "ada@example.org" });
  expect([got.status, got.headers.has("x-user-id"), got.headers.has("x-user-email")]).toEqual([302, false, false]);
});

test("a stranger before a protected page comes back to exactly the address that was asked for", async () => {
  const visitor = gatehouse.visitor();
  const { location } = await visitor.get(path, {
    ...page,
    ...asked("https://docs.example.com", "/a%20b/?q=1&r=%C3%BC"),
  });
  const form = await visitor.get((location ?? "").replace(gatehouse.origin, ""));
  const person = newPerson();
  await visitor.signUp(person);
  expect((await visitor.submit(form, { email: person.email, password: person.password })).location).toBe(
    "https://docs.example.com/a%20b/?q=1&r=%C3%BC",
  );
});

test("a stranger before a protected page comes back to a query with a backslash in it", async () => {
  const headers = { ...page, ...asked("https://docs.example.com", String.raw`/search?q=C:\temp`) };
  const location = new URL((await gatehouse.visitor().get(path, headers)).location ?? "");
  expect(location.searchParams.get("return_to")).toBe("https://docs.example.com/search?q=C:%5Ctemp");
});

const nowhere = `${settings.BETTER_AUTH_URL}/sign-in`;
const strays: [what: string, headers: Record<string, string>][] = [
  ["an origin that is not trusted", asked("https://evil.example", "/")],
  ["another scheme", asked("http://docs.example.com", "/")],
  ["a host that hides another", asked("https://docs.example.com@evil.example", "/")],
  ["a path that hides another host", asked("https://docs.example.com", "@evil.example/")],
  ["a path whose backslash begins another host", asked("https://docs.example.com", String.raw`/\evil.example/`)],
  ["a path whose backslash ends a user name", asked("https://docs.example.com", String.raw`\@evil.example/`)],
  ["a host whose backslash ends it", asked(String.raw`https://docs.example.com\@evil.example`, "/")],
  ["two schemes", asked("https, https://docs.example.com", "/")],
  [
    "a scheme that is a path",
    { "x-forwarded-proto": "/x", "x-forwarded-host": "docs.example.com", "x-forwarded-uri": "/" },
  ],
  ["half an address", { "x-forwarded-host": "docs.example.com" }],
  ["a trusted origin that our cookie never reaches", asked("https://elsewhere.example", "/")],
  ["a header of the house itself", { "x-asked-address": "https://docs.example.com/" }],
];

for (const [what, headers] of strays)
  test(`a stranger before a protected page is not sent back to ${what}`, async () => {
    expect((await gatehouse.visitor().get(path, { ...page, ...headers })).location).toBe(nowhere);
  });

test("a stranger before a protected page is sent nowhere on the word of a proxy that is not ours", async () => {
  const alone = await startGatehouse({ ...settings, TRUSTED_PROXIES: "192.0.2.1" });
  expect((await alone.visitor().get(path, { ...page, ...asked("https://docs.example.com", "/") })).location).toBe(
    nowhere,
  );
  await alone.close();
});

test("a website that leads its visitors to this question learns of none whether they are signed in", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await giveRole(gatehouse, email, "admin");
  const opened = {
    ...page,
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-site": "cross-site",
  };
  for (const query of ["", "?role=admin", "?role=support", "?factors=2"]) {
    const [known, unknown] = [await visitor.get(path + query, opened), await gatehouse.visitor().get(path, opened)];
    expect([known.status, known.location]).toEqual([302, nowhere]);
    expect([unknown.status, unknown.location]).toEqual([302, nowhere]);
  }
  // A proxy that asks for the same browser says so; nginx's first question names no page that is wanted.
  const byProxy: Record<string, string>[] = [
    { "x-forwarded-method": "GET" },
    asked("https://docs.example.com", "/"),
    { accept: "" },
  ];
  for (const more of byProxy) expect((await visitor.get(path, { ...opened, ...more })).status).toBe(204);
});

test("a stranger before a protected page gets the bare status when it is a program, or sends a form", async () => {
  for (const headers of [
    { accept: "*/*" },
    { accept: "application/json" },
    { accept: "" },
    { ...page, "x-forwarded-method": "POST" },
  ] as Record<string, string>[])
    expect((await gatehouse.visitor().get(path, headers)).status).toBe(401);
  expect((await gatehouse.visitor().get(path, { ...page, "x-forwarded-method": "HEAD" })).status).toBe(302);
});

test("a stranger whose cookie would never reach the protected page is noticed in the log, once", async () => {
  const elsewhere = "https://not-example.com"; // it ends with our domain, and is another
  const fresh = await startGatehouse({ ...settings, TRUSTED_ORIGINS: elsewhere });
  for (const uri of ["/", "/again"]) await fresh.visitor().get(path, { ...page, ...asked(elsewhere, uri) });
  const lines = fresh.log.map((line) => JSON.parse(line)).filter(({ event }) => event === "forward_auth.no_cookie");
  expect(lines.map(({ origin }) => origin)).toEqual([elsewhere]);
  await fresh.close();
});

/** What a backend does that needs the address itself. */
const decode = (header = "") => decodeURIComponent(header);

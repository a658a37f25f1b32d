import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { dropStrays } from "../../src/session/strays";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** What else may come along in a `Cookie` header, planted by a neighbour or left out by a thief. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const name = "better-auth.session_token";
const session = (visitor: Visitor) => `${name}=${visitor.cookies.get(name)}`;

/** What each reader of cookies makes of a header: 200, 204 or a page for somebody, anything else for nobody. */
async function readersOf(cookie: string) {
  const visitor = gatehouse.visitor();
  const bare = async (path: string) => await visitor.get(path, { cookie });
  // A query takes the long way.
  const library = await visitor.get("/api/auth/get-session?disableRefresh=true", { cookie });
  return {
    api: (await bare("/api/session")).status,
    forwardAuth: (await bare("/api/forward-auth")).status,
    getSession: (await bare("/api/auth/get-session")).text === "null" ? "nobody" : "somebody",
    library: library.text === "null" ? "nobody" : "somebody",
    account: (await bare("/account")).location ?? "somebody",
    signOut: (await bare("/sign-out")).location ?? "somebody",
  };
}
const nobody = {
  api: 401,
  forwardAuth: 401,
  getSession: "nobody",
  library: "nobody",
  account: "/sign-in?return_to=%2Faccount",
  signOut: "/sign-in?notice=signed_out",
};

test("a cookie header whose session stands behind white space that only JavaScript trims is nobody's", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  expect(await readersOf(session(visitor))).toMatchObject({ api: 200, library: "somebody", account: "somebody" });
  for (const odd of [
    `a=b; \xa0${session(visitor)}`,
    `${name}\xa0=${visitor.cookies.get(name)}`,
    `${session(visitor)}\xa0`,
    `a=b; \xa0${session(visitor)}; x=y`,
  ])
    expect(await readersOf(odd)).toEqual(nobody);
});

test("a cookie header with two sessions is nobody's, to every reader, whichever comes first", async () => {
  const [visitor, neighbour] = [gatehouse.visitor(), gatehouse.visitor()];
  await visitor.join();
  await neighbour.join();
  for (const other of [session(neighbour), session(visitor), `${name}=forged.x`, `${name}=`, `\t${name} =x`])
    for (const header of [`${session(visitor)}; ${other}`, `${other}; theme=dark; ${session(visitor)}`])
      expect(await readersOf(header)).toEqual(nobody);
  expect(await visitor.isIn()).toBe(true);
});

test("a cookie header with two sessions signs out of both, and the browser is told to drop the cookie", async () => {
  for (const path of ["/sign-out", "/api/auth/sign-out"]) {
    const [visitor, neighbour] = [gatehouse.visitor(), gatehouse.visitor()];
    const [person] = [await visitor.join(), await neighbour.join()];
    const cookie = `${session(visitor)}; ${name}=forged.x; ${session(neighbour)}`;
    const got = await gatehouse.visitor().post(path, {}, { cookie });
    expect(got.status).toBe(path === "/sign-out" ? 303 : 200);
    expect(
      got.headers.getSetCookie().some((line) => line.startsWith(`${name}=; Max-Age=0`) && line.includes("Path=/;")),
    ).toBe(true);
    expect([await visitor.isIn(), await neighbour.isIn()]).toEqual([false, false]);
    expect(
      await gatehouse.rows(
        `select 1 from gatehouse.event e join "user" u on u.id = user_id where kind = 'sign_out' and email = $1`,
        [person.email],
      ),
    ).toHaveLength(1);
  }
});

test("a cookie header with two sessions loses both at a sign-in, which gives a new one", async () => {
  const [visitor, neighbour] = [gatehouse.visitor(), gatehouse.visitor()];
  const [person] = [await visitor.join(), await neighbour.join()];
  const browser = gatehouse.visitor();
  const got = await browser.post(
    "/sign-in",
    { email: person.email, password: person.password, remember: "on" },
    { cookie: `${session(visitor)}; ${session(neighbour)}` },
  );
  expect(got.location).toBe("/account");
  expect([await visitor.isIn(), await neighbour.isIn(), await browser.isIn()]).toEqual([false, false, true]);
});

test("a cookie header with two device cookies is no known device, nor is one behind a no-break space", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const device = `gatehouse.device=${visitor.cookies.get("gatehouse.device")}`;
  const devices = () =>
    gatehouse.rows(`select 1 from gatehouse.device where user_id = (select id from "user" where email = $1)`, [
      person.email,
    ]);
  for (const cookie of [device, `${device}; ${device}`, `${device}; gatehouse.device=\xa0`, `a=b; \xa0${device}`]) {
    const before = (await devices()).length;
    const got = await gatehouse
      .visitor()
      .post("/api/auth/sign-in/email", {}, { cookie, "content-type": "application/x-www-form-urlencoded" });
    expect(got.status).not.toBe(200);
    await gatehouse.visitor().post("/sign-in", { email: person.email, password: person.password }, { cookie });
    expect([cookie, (await devices()).length]).toEqual([cookie, before + (cookie === device ? 0 : 1)]);
  }
});

test("a cookie header with two languages or two addresses has none", async () => {
  const got = (cookie: string) => gatehouse.visitor().get("/sign-in", { cookie });
  expect((await got("gatehouse.language=de; gatehouse.address=a%40b.example")).text).toContain("a@b.example");
  expect((await got("gatehouse.language=de")).page.querySelector("html")?.getAttribute("lang")).toBe("de");
  expect(
    (await got("gatehouse.language=de; gatehouse.language=de")).page.querySelector("html")?.getAttribute("lang"),
  ).toBe("en");
  expect((await got("gatehouse.address=a%40b.example; gatehouse.address=c%40d.example")).text).not.toContain(
    '.example"',
  );
});

describe("a session cookie that a neighbour planted", () => {
  test("under a shared domain, with a longer path, is dropped by the first page it is sent to", async () => {
    const shared = await startGatehouse({
      BETTER_AUTH_URL: "https://login.example.com",
      COOKIE_DOMAIN: "example.com",
      MAIL: "off",
    });
    const visitor = shared.visitor();
    const person = await visitor.join();
    const own = `__Secure-${name}=${visitor.cookies.get(`__Secure-${name}`)}`;
    expect((await visitor.get("/account/password", { cookie: own })).headers.getSetCookie()).toEqual([]);
    const got = await visitor.get("/account/password", { cookie: `__Secure-${name}=planted; ${own}` });
    expect(got.location).toBe("/sign-in?return_to=%2Faccount%2Fpassword");
    const dropped = got.headers
      .getSetCookie()
      .map((line) => [/Path=([^;]+)/.exec(line)?.[1], /Domain=([^;]+)/.exec(line)?.[1]].join(" "));
    for (const path of ["/account", "/account/", "/account/password"])
      for (const domain of ["", "login.example.com", "example.com"]) expect(dropped).toContain(`${path} ${domain}`);
    expect(dropped).toContain("/ ");
    expect(dropped).not.toContain("/ example.com"); // that is ours
    for (const line of got.headers.getSetCookie())
      expect(line).toMatch(/^__Secure-better-auth\.session_token=; Max-Age=0; .*; Secure$/);
    for (const path of ["/api/session", "/favicon.ico"]) // a file may be kept by whoever is in between, for everybody
      expect((await visitor.get(path, { cookie: `${own}; ${own}` })).headers.getSetCookie()).toEqual([]);
    expect((await visitor.get("/account", { cookie: own })).text).toContain(person.name);
    await shared.close();
  });
});

test("a path of a stranger's making writes no attribute into the cookies that are dropped", () => {
  const place = {
    name: "__Secure-better-auth.session_token",
    hostname: "login.example.com",
    cookieDomain: "example.com",
  };
  for (const path of ["/a;Max-Age=9;Domain=example.com;Path=/", "/;Max-Age=9", "/a/;Max-Age=9/b", "/a/b;Max-Age=9/"]) {
    const lines = dropStrays(path, place);
    expect(lines.length).toBeGreaterThan(1);
    const dropped = /^__Secure-[\w.-]+=; Max-Age=0; Path=[^;]+(; Domain=[\w.-]+)?; HttpOnly; SameSite=Lax; Secure$/;
    for (const line of lines) expect(line).toMatch(dropped);
  }
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/**
 * Hostile inputs over every form, from two tables: what is sent, and where. None may break, change or reveal
 * anything.
 */

let gatehouse: Gatehouse;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  member = gatehouse.visitor();
  await member.join();
});
afterAll(() => gatehouse.close());

interface Route {
  path: string;
  fields: () => Record<string, string>;
  as: () => Visitor;
}

const stranger = () => gatehouse.visitor();
const routes: Route[] = [
  { path: "/sign-in", fields: () => ({ ...newPerson(), remember: "on" }), as: stranger },
  { path: "/sign-up", fields: () => ({ ...newPerson() }), as: stranger },
  { path: "/account/profile", fields: () => ({ name: "Somebody Else" }), as: () => member },
  { path: "/sign-out", fields: () => ({ return_to: "/account" }), as: () => member },
];

const everything = async () => {
  const tables = ["user", "session", "account", "verification"];
  return Promise.all(tables.map((table) => gatehouse.rows(`select * from "${table}" order by id`)));
};

/** Sends to each route, and holds the answer to what is true of all hostile input. */
function refused(
  what: string,
  status: number | number[],
  send: (route: Route, visitor: Visitor) => Promise<{ status: number; text: string; headers: Headers }>,
) {
  for (const route of routes)
    test(`${what} → ${route.path}`, async () => {
      const before = await everything();
      const got = await send(route, route.as());
      expect([status].flat()).toContain(got.status);
      expect(got.text).not.toBe("");
      expect(got.text).not.toMatch(/\bat .+:\d+:\d+|drizzle|pglite|better-auth|node_modules/i);
      expect(got.headers.getSetCookie()).toEqual([]);
      expect(await everything()).toEqual(before);
    });
}

describe("a form that did not come from here", () => {
  const origins = [
    "https://evil.example",
    "http://localhost:3000.evil.example",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://localhost:3000/",
    "HTTP://LOCALHOST:3000",
    "http://localhost:3000, https://evil.example",
    "null",
    "",
  ];
  for (const origin of origins)
    refused(`Origin ${JSON.stringify(origin)}`, 403, (route, visitor) =>
      visitor.post(route.path, route.fields(), { origin }),
    );
  for (const site of ["cross-site", "same-site"])
    refused(`Sec-Fetch-Site ${site}`, 403, (route, visitor) =>
      visitor.post(route.path, route.fields(), { "sec-fetch-site": site, "sec-fetch-mode": "navigate" }),
    );
  refused("no Origin and no Referer", 403, (route, visitor) =>
    visitor.send(route.path, {
      method: "POST",
      body: new URLSearchParams(route.fields()).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
  );
  refused("a Referer of another site only", 403, (route, visitor) =>
    visitor.send(route.path, {
      method: "POST",
      body: new URLSearchParams(route.fields()).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        referer: "https://evil.example/http://localhost:3000",
      },
    }),
  );

  test("while an old browser with only a Referer, or one that hides its origin, is let in", async () => {
    const person = newPerson();
    await stranger().signUp(person);
    const send = (headers: Record<string, string>) =>
      stranger().send("/sign-in", {
        method: "POST",
        body: new URLSearchParams({ ...person }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      });
    expect((await send({ referer: `${member.origin}/sign-in` })).status).toBe(303);
    expect((await send({ origin: "null", "sec-fetch-site": "same-origin" })).status).toBe(303);
  });
});

describe("something that is no form", () => {
  for (const type of [
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16",
    "text/plain; application/x-www-form-urlencoded",
    "",
  ])
    refused(`Content-Type ${JSON.stringify(type)}`, 415, (route, visitor) =>
      visitor.post(route.path, route.fields(), { "content-type": type }),
    );
  const raw = (body: string | Uint8Array<ArrayBuffer>) => (route: Route, visitor: Visitor) =>
    visitor.send(route.path, {
      method: "POST",
      body,
      headers: { origin: visitor.origin, "content-type": "application/x-www-form-urlencoded" },
    });
  refused("invalid UTF-8", 400, raw(new Uint8Array([0x6e, 0x61, 0x6d, 0x65, 0x3d, 0xff, 0xfe])));
  refused("percent-encoded bytes that are no UTF-8", 400, raw("name=%ff%fe&email=%c0%af"));
  refused(
    "a field given twice",
    400,
    raw("name=a&name=b&email=a@example.org&email=b@example.org&password=x&password=y&return_to=/&return_to=//evil"),
  );
  refused("1 MB", 413, raw(`name=${"x".repeat(1_000_000)}`));
});

describe("fields that are not what they should be", () => {
  const bodies = [
    "",
    "email[]=a@example.org&name[]=x",
    "__proto__=1&constructor=2&hasOwnProperty=3",
    "%00=%00",
    "=",
    "&&&",
    `x=${"y".repeat(60_000)}`,
  ];
  for (const body of bodies)
    for (const { path, as } of routes.slice(0, 3))
      test(`${JSON.stringify(body.slice(0, 40))} → ${path}`, async () => {
        const before = await everything();
        const visitor = as();
        const got = await visitor.send(path, {
          method: "POST",
          body,
          headers: { origin: visitor.origin, "content-type": "application/x-www-form-urlencoded" },
        });
        expect(got.status).toBe(422);
        expect(await everything()).toEqual(before);
        expect(Object.prototype).toEqual({} as object);
      });

  test("markup comes back as the text it is, in every field", async () => {
    const probe = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
    const answers = [
      await stranger().post("/sign-in", { email: probe, password: probe, return_to: probe }),
      await stranger().post("/sign-up", { name: probe, email: probe, password: "short", return_to: probe }),
      await stranger().get(`/sign-in?return_to=${encodeURIComponent(probe)}&notice=${encodeURIComponent(probe)}`),
      await stranger().get(`/${encodeURIComponent(probe)}`),
    ];
    for (const { page } of answers) {
      expect(page.querySelectorAll("script:not([src])")).toHaveLength(0);
      expect(page.querySelectorAll("[onerror]")).toHaveLength(0);
      expect(page.querySelectorAll("body script")).toHaveLength(0);
    }
  });

  test("a huge or strange cookie is nobody's", async () => {
    for (const cookie of [
      "x=".padEnd(8000, "y"),
      Array.from({ length: 500 }, (_, i) => `c${i}=${i}`).join("; "),
      "better-auth.session_token=a.b; better-auth.session_token=c.d",
      "__proto__=x",
      ";;;=;",
    ]) {
      expect((await stranger().get("/api/session", { cookie })).status).toBe(401);
      const page = await stranger().get("/account", { cookie });
      expect([page.status, page.location]).toEqual([303, "/sign-in?return_to=%2Faccount"]);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
  });

  test("a return_to that leads elsewhere is dropped without a word to the visitor, and noted", async () => {
    const person = newPerson();
    await stranger().signUp(person);
    for (const target of ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"]) {
      const lines = gatehouse.log.length;
      const got = await stranger().post("/sign-in", { ...person, return_to: target });
      expect([got.status, got.location]).toEqual([303, "/account"]);
      expect(gatehouse.log.slice(lines).join()).toContain("return_to.refused");
    }
    const twice = await stranger().get("/sign-in?return_to=/account&return_to=//evil.example");
    expect(twice.page.querySelector("[name=return_to]")).toBeNull();
  });
});

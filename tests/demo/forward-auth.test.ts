import { afterAll, beforeAll, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { arrived, ask, claimsOf, kinds, page, startProxied, type Proxied } from "./proxied";

/**
 * The recipes of docs/forward-auth.md, run by the proxies they are written for: who is let in, and what the backend
 * hears.
 */

let proxied: Proxied;
beforeAll(async () => {
  proxied = await startProxied();
});
afterAll(() => proxied.remove());

test.each(kinds)(
  "behind %s: a stranger with a browser is sent to sign in, and back to exactly that page",
  async (kind) => {
    const answer = await ask(proxied.ports[kind], "/guide/a%20b?x=1&y=%C3%BC", { headers: page });
    expect(answer.status).toBe(302);
    const back = `http://localhost:${proxied.ports[kind]}/guide/a%20b?x=1&y=%C3%BC`;
    expect(answer.headers.get("location")).toBe(
      `${proxied.gatehouse.origin}/sign-in?return_to=${encodeURIComponent(back)}`,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
  },
);

test.each(kinds)("behind %s: a page may have in its own query what a proxy demands in its", async (kind) => {
  const visit = { headers: { ...page, cookie: proxied.cookie } };
  const answer = await ask(proxied.ports[kind], "/people?role=editor&factors=2&roles=a&roles=b", visit);
  expect(answer.status).toBe(200);
});

test.each(kinds)("behind %s: the way back may be as long as any that is taken", async (kind) => {
  const path = "/guide?q=";
  const back = `http://localhost:${proxied.ports[kind]}${path}`.padEnd(2048, "&");
  const answer = await ask(proxied.ports[kind], path.padEnd(path.length + 2048 - back.indexOf("&"), "&"), {
    headers: page,
  });
  expect([answer.status, answer.headers.get("location")]).toEqual([
    302,
    `${proxied.gatehouse.origin}/sign-in?return_to=${encodeURIComponent(back)}`,
  ]);
});

test.each(kinds)("behind %s: a program is told 401, and so is a form", async (kind) => {
  expect((await ask(proxied.ports[kind], "/data", { headers: { accept: "application/json" } })).status).toBe(401);
  expect((await ask(proxied.ports[kind], "/form", { method: "POST", body: "a=1", headers: page })).status).toBe(401);
});

test.each(kinds)(
  "behind %s: the backend hears who it is, whatever the client says about itself, in whatever spelling",
  async (kind) => {
    const { user } = await (
      await fetch(`${proxied.gatehouse.origin}/api/session`, { headers: { cookie: proxied.cookie } })
    ).json();
    for (const [name, value] of Object.entries({
      "x-user-id": user.id,
      "x-user-email": proxied.person.email,
      "x-user-email-verified": "false",
    })) {
      const answer = await ask(proxied.ports[kind], "/", {
        headers: { ...page, ...claimsOf(name), cookie: proxied.cookie },
      });
      expect([name, await arrived(answer, name)]).toEqual([name, [value]]);
    }
    const claimed = { ...page, ...claimsOf("x-user-roles"), cookie: proxied.cookie };
    const roles = await arrived(await ask(proxied.ports[kind], "/", { headers: claimed }), "x-user-roles");
    expect(roles.join("")).toBe("");
  },
);

test.each(kinds)(
  "behind %s: a body that does not say its length arrives whole, and so does a question without one",
  async (kind) => {
    const body = () =>
      new ReadableStream({
        start: (controller) => (controller.enqueue(new TextEncoder().encode("a=1")), controller.close()),
      });
    const answer = await ask(proxied.ports[kind], "/form", {
      method: "POST",
      body: body(),
      headers: { ...page, cookie: proxied.cookie },
    });
    expect([answer.status, await answer.json()]).toMatchObject([200, { method: "POST", body: "a=1" }]);
  },
);

test.each(kinds)("behind %s: the session's cookie ends at the proxy", async (kind) => {
  expect(
    await arrived(
      await ask(proxied.ports[kind], "/", { headers: { ...page, cookie: `theme=dark; ${proxied.cookie}` } }),
      "cookie",
    ),
  ).toEqual([]);
});

test.each(kinds)("behind %s: a request arrives whole, and the backend's own errors stay its own", async (kind) => {
  const answer = await ask(proxied.ports[kind], "/form", {
    method: "POST",
    body: "a=1",
    headers: { ...page, cookie: proxied.cookie },
  });
  expect(await answer.json()).toMatchObject({ method: "POST", body: "a=1" });
  const broken = await ask(proxied.ports[kind], "/broken", { headers: { ...page, cookie: proxied.cookie } });
  expect([broken.status, (await broken.json()).method]).toEqual([500, "GET"]);
});

test.each(kinds)(
  "behind %s: no cache between keeps a member's page for others, though the backend allows it",
  async (kind) => {
    const answers = await Promise.all(
      ["/", "/broken"].map((path) => ask(proxied.ports[kind], path, { headers: { ...page, cookie: proxied.cookie } })),
    );
    expect(answers.map(({ status, headers }) => [status, headers.get("cache-control")])).toEqual([
      [200, "private, no-cache"],
      [500, "private, no-cache"],
    ]);
  },
);

test.each(kinds)("behind %s: a session that has ended opens nothing any more", async (kind) => {
  const ended = await proxied.signIn();
  expect((await ask(proxied.ports[kind], "/", { headers: { ...page, cookie: ended } })).status).toBe(200);
  await proxied.post("/sign-out", {}, { cookie: ended });
  expect((await ask(proxied.ports[kind], "/", { headers: { ...page, cookie: ended } })).status).toBe(302);
});

test.each(kinds)(
  "behind %s: a folder of files is for who is signed in alone, and no cache keeps it for others",
  async (kind) => {
    const address = `http://localhost:${proxied.filePorts[kind]}/guide.html`;
    const [stranger, member] = await Promise.all(
      ["", proxied.cookie].map((held) => fetch(address, { redirect: "manual", headers: { ...page, cookie: held } })),
    );
    expect([stranger?.status, await stranger?.text()]).toEqual([302, ""]);
    expect(new URL(stranger?.headers.get("location") ?? "").searchParams.get("return_to")).toBe(address);
    expect([member?.status, await member?.text(), member?.headers.get("cache-control")]).toEqual([
      200,
      "<h1>For members</h1>",
      "private, no-cache",
    ]);
  },
);

test("nobody reaches Gatehouse past the proxy, from another machine", async () => {
  const { port } = new URL(proxied.gatehouse.origin);
  const elsewhere = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === "IPv4"),
  );
  for (const { address } of [...elsewhere, { address: "[::1]" }])
    expect(
      await fetch(`http://${address}:${port}/livez`).then(
        ({ status }) => status,
        () => "silent",
      ),
    ).toBe("silent");
});

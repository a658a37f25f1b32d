import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { arrived, ask, claimsOf, kinds, naming, page, startProxied, type Proxied } from "./proxied";

/** The recipes of docs/forward-auth.md against whoever claims to be somebody, and while Gatehouse gives no answer. */

let proxied: Proxied;
beforeAll(async () => {
  proxied = await startProxied();
});
afterAll(() => proxied.remove());

test.each(kinds)("behind %s: a client that names our headers in Connection takes none of them away", async (kind) => {
  const { user } = await (
    await fetch(`${proxied.gatehouse.origin}/api/session`, { headers: { cookie: proxied.cookie } })
  ).json();
  const all = { "x-user-id": user.id, "x-user-email": proxied.person.email, "x-user-email-verified": "false" };
  for (const named of [
    ...Object.keys(all),
    "X-USER-EMAIL-VERIFIED",
    Object.keys(all).join(", "),
    "x-user-id, x-forwarded-for, host, origin, accept",
  ]) {
    const { status, headers } = await naming(`close, ${named}`, {
      host: `localhost:${proxied.ports[kind]}`,
      cookie: proxied.cookie,
      origin: "https://docs.example.com",
    });
    expect([named, status, Object.fromEntries(headers.filter(([name]) => name in all))]).toEqual([named, 200, all]);
  }
});

/** What tells Gatehouse of the visitor. */
const told = [
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Forwarded-Uri",
  "X-Forwarded-Method",
  "Host",
  "Origin",
  "Cookie",
];

test.each(kinds)("behind %s: a client that names others takes nothing of what Gatehouse is told", async (kind) => {
  const own = `localhost:${proxied.shakyPorts[kind]}`;
  for (const named of [...told, told.join(", ")]) {
    const { status } = await naming(
      `close, ${named}`,
      {
        host: own,
        accept: "text/html",
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-host": "evil.example",
        cookie: "a=b",
      },
      "/guide",
    );
    expect([named, status]).toEqual([named, 302]);
    expect(proxied.question().get("x-forwarded-for")).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(["proto", "host", "uri", "method"].map((part) => proxied.question().get(`x-forwarded-${part}`))).toEqual([
      "http",
      own,
      "/guide",
      "GET",
    ]);
    const member = await naming(
      `close, ${named}`,
      { host: own, accept: "text/html", cookie: proxied.cookie },
      "/guide",
    );
    expect([200, 302]).toContain(member.status);
    if (member.status === 200)
      expect(member.headers.filter(([name]) => name === "x-user-email")).toEqual([
        ["x-user-email", proxied.person.email],
      ]);
  }
});

test.each(kinds)(
  "behind %s: a preflight is the backend's to answer where that is wanted, and tells it of nobody",
  async (kind) => {
    const asks = { origin: "https://docs.example.com", "access-control-request-method": "PUT" };
    const preflight = (headers: Record<string, string>, port = proxied.preflightPorts[kind], method = "OPTIONS") =>
      ask(port, "/data", { method, headers });
    const answer = await preflight({
      ...asks,
      ...claimsOf("x-user-id"),
      ...claimsOf("x-user-email"),
      cookie: proxied.cookie,
    });
    expect(answer.status).toBe(200);
    const { method, headers } = await answer.json();
    expect([method, (headers as [string, string][]).filter(([name]) => /^(x.user|cookie$)/.test(name))]).toEqual([
      "OPTIONS",
      [],
    ]);
    const { origin, ...noOrigin } = asks;
    const lesser: Record<string, string>[] = [{}, { origin }, noOrigin];
    for (const less of lesser) expect([less, (await preflight(less)).status]).toEqual([less, 401]);
    for (const other of ["GET", "PUT", "POST"])
      expect([other, (await preflight(asks, proxied.preflightPorts[kind], other)).status]).toEqual([other, 401]);
    expect((await preflight(asks, proxied.ports[kind])).status).toBe(401);
    const change = { method: "PUT", body: "a=1", headers: { origin, cookie: proxied.cookie } };
    const after = await ask(proxied.preflightPorts[kind], "/data", change);
    expect([after.status, await arrived(after, "x-user-email")]).toEqual([200, [proxied.person.email]]);
  },
);

test.each(kinds)(
  "behind %s: a moment in which it cannot be known is said, and never answered with an empty yes",
  async (kind) => {
    const form = { method: "POST", body: "a=1", headers: { ...page, cookie: proxied.cookie } };
    proxied.hiccups.push(503);
    const answer = await ask(proxied.shakyPorts[kind], "/form", form);
    expect([answer.status, answer.headers.get("retry-after"), usersIn(answer)]).toEqual([503, "1", []]);
    expect(await (await ask(proxied.shakyPorts[kind], "/form", form)).json()).toMatchObject({
      method: "POST",
      body: "a=1",
    });
  },
);

test.each(kinds)("behind %s: a no stays a no, though a yes comes after it", async (kind) => {
  proxied.hiccups.push(401);
  const answer = await ask(proxied.shakyPorts[kind], "/", { headers: { ...page, cookie: proxied.cookie } });
  expect([answer.status, usersIn(answer)]).toEqual([{ caddy: 401, nginx: 302 }[kind], []]);
});

test.each(kinds)("behind %s: the claims of a stranger open nothing and lead nowhere else", async (kind) => {
  const claims = {
    "x-user-id": "1",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-uri": "/evil",
    "x-original-url": "https://evil.example/",
    "x-asked-address": "https://evil.example/",
  };
  const answer = await ask(proxied.ports[kind], "/guide", { headers: { ...page, ...claims } });
  expect([answer.status, new URL(answer.headers.get("location") ?? "").searchParams.get("return_to")]).toEqual([
    302,
    `http://localhost:${proxied.ports[kind]}/guide`,
  ]);
});

const usersIn = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith("x-user"));

/** Whether a member gets in, at each of the proxies at once. */
const membersAnswers = () =>
  Promise.all(
    [proxied.ports, proxied.filePorts].flatMap(Object.values<number>).map(async (port) => {
      const answer = await ask(port, "/guide.html", { headers: { ...page, cookie: proxied.cookie } });
      return answer.status;
    }),
  );
const isError = (status: number) => status >= 500;

describe("without an answer from Gatehouse", () => {
  test("nobody is let through, and nobody waits for long, while it hangs", async () => {
    proxied.gatehouse.process.kill("SIGSTOP");
    const begin = performance.now();
    const statuses = await membersAnswers().finally(() => proxied.gatehouse.process.kill("SIGCONT"));
    expect([statuses, statuses.every(isError)]).toEqual([statuses, true]);
    expect(performance.now() - begin).toBeLessThan(15_000);
  }, 30_000);

  test("nobody is let through when it is stopped", async () => {
    await proxied.gatehouse.stop();
    const statuses = await membersAnswers();
    expect([statuses, statuses.every(isError)]).toEqual([statuses, true]);
  });
});

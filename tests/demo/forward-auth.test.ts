import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { newPerson } from "../support/harness";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { documentedSetting, type Kind, type Proxy, startProxy } from "./proxies";

/** The recipes of docs/forward-auth.md, run by the proxies they are written for. */

const kinds: Kind[] = ["caddy", "nginx"];
const ports = { caddy: freePort(), nginx: freePort() };
const filePorts = { caddy: freePort(), nginx: freePort() };
const shakyPorts = { caddy: freePort(), nginx: freePort() };
const preflightPorts = { caddy: freePort(), nginx: freePort() };
const allPorts = [ports, filePorts].flatMap((some) => Object.values(some));
const page = { accept: "text/html" };

let gatehouse: Program;
let backend: Bun.Server<undefined>;
let shaky: Bun.Server<undefined>;
/** What is answered in Gatehouse's place before its own answers, behind the shaky ports. */
const hiccups: number[] = [];
const proxies: Proxy[] = [];
const files = newFolder();
const person = newPerson();
let cookie = "";
beforeAll(async () => {
  const headers = { "cache-control": "public, max-age=600" };
  backend = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) =>
      Response.json(
        { method: request.method, body: await request.text(), headers: [...request.headers] },
        { status: request.url.includes("broken") ? 500 : 200, headers },
      ),
  });
  const places = {
    TRUSTED_ORIGINS: [...allPorts, ...Object.values(shakyPorts)]
      .map((port) =>
        documentedSetting("TRUSTED_ORIGINS").replace("https://docs.example.com", `http://localhost:${port}`),
      )
      .join(),
  };
  gatehouse = await startProgram({
    ...places,
    TRUSTED_PROXIES: documentedSetting("TRUSTED_PROXIES"),
    GATEHOUSE_HOST: documentedSetting("GATEHOUSE_HOST"),
  });
  shaky = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => answerOf(hiccups.shift(), request) });
  writeFileSync(join(files, "guide.html"), "<h1>For members</h1>");
  chmodSync(files, 0o755); // nginx reads as somebody else
  const known = Number(new URL(gatehouse.origin).port);
  for (const kind of kinds) {
    proxies.push(
      await startProxy(kind, { own: ports[kind], gatehouse: known, behind: { backend: backend.port ?? 0 } }),
    );
    proxies.push(await startProxy(kind, { own: filePorts[kind], gatehouse: known, behind: { files } }));
    proxies.push(
      await startProxy(kind, {
        own: preflightPorts[kind],
        gatehouse: known,
        behind: { backend: backend.port ?? 0, preflights: true },
      }),
    );
    proxies.push(
      await startProxy(kind, {
        own: shakyPorts[kind],
        gatehouse: shaky.port ?? 0,
        behind: { backend: backend.port ?? 0 },
      }),
    );
  }
  cookie = await signIn();
});
afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  await gatehouse.remove();
  rmSync(files, { recursive: true });
  for (const server of [shaky, backend]) await server.stop(true);
});

/** What Gatehouse was last asked with, behind the shaky ports. */
let question = new Headers();

const answerOf = (hiccup: number | undefined, { url, headers }: Request) =>
  (question = new Headers(headers)) && hiccup
    ? new Response(null, { status: hiccup, headers: { "retry-after": "1" } })
    : fetch(gatehouse.origin + new URL(url).pathname, { headers, redirect: "manual" });

const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(gatehouse.origin + path, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(fields),
    headers: { origin: gatehouse.origin, ...headers },
  });

async function signIn(): Promise<string> {
  await post("/sign-up", { ...person });
  const answer = await post("/sign-in", { email: person.email, password: person.password });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

for (const kind of kinds)
  describe(`behind ${kind}`, () => {
    const ask = (path: string, init: RequestInit = {}, port = ports[kind]) =>
      fetch(`http://localhost:${port}${path}`, { redirect: "manual", ...init });
    const whose = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith("x-user"));
    /** What arrived at the backend under a name, in any spelling that a program might take for it. */
    const arrived = async (answer: Response, name: string) =>
      ((await answer.json()).headers as [string, string][])
        .filter(([key]) => key.replaceAll("_", "-").toLowerCase() === name)
        .map(([, value]) => value);

    test("a stranger with a browser is sent to sign in, and back to exactly that page", async () => {
      const answer = await ask("/guide/a%20b?x=1&y=%C3%BC", { headers: page });
      expect(answer.status).toBe(302);
      const back = `http://localhost:${ports[kind]}/guide/a%20b?x=1&y=%C3%BC`;
      expect(answer.headers.get("location")).toBe(`${gatehouse.origin}/sign-in?return_to=${encodeURIComponent(back)}`);
      expect(answer.headers.get("cache-control")).toBe("no-store");
    });

    test("a program is told 401, and so is a form", async () => {
      expect((await ask("/data", { headers: { accept: "application/json" } })).status).toBe(401);
      expect((await ask("/form", { method: "POST", body: "a=1", headers: page })).status).toBe(401);
    });

    test("the backend hears who it is, whatever the client says about itself, in whatever spelling", async () => {
      const { user } = await (await fetch(`${gatehouse.origin}/api/session`, { headers: { cookie } })).json();
      for (const [name, value] of Object.entries({
        "x-user-id": user.id,
        "x-user-email": person.email,
        "x-user-email-verified": "false",
      })) {
        const answer = await ask("/", { headers: { ...page, ...claimsOf(name), cookie } });
        expect([name, await arrived(answer, name)]).toEqual([name, [value]]);
      }
    });

    test("a client that names our headers in Connection takes none of them away", async () => {
      const { user } = await (await fetch(`${gatehouse.origin}/api/session`, { headers: { cookie } })).json();
      const all = { "x-user-id": user.id, "x-user-email": person.email, "x-user-email-verified": "false" };
      for (const named of [
        ...Object.keys(all),
        "X-USER-EMAIL-VERIFIED",
        Object.keys(all).join(", "),
        "x-user-id, x-forwarded-for, host, origin, accept",
      ]) {
        const { status, headers } = await naming(`close, ${named}`, {
          host: `localhost:${ports[kind]}`,
          cookie,
          origin: "https://docs.example.com",
        });
        expect([named, status, Object.fromEntries(headers.filter(([name]) => name in all))]).toEqual([named, 200, all]);
      }
    });

    test("nor what Gatehouse is told of the visitor; and a cookie that is named lets nobody in but its owner", async () => {
      const own = `localhost:${shakyPorts[kind]}`;
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
        expect(question.get("x-forwarded-for")).toMatch(/^(127\.0\.0\.1|::1)$/);
        expect(["proto", "host", "uri", "method"].map((part) => question.get(`x-forwarded-${part}`))).toEqual([
          "http",
          own,
          "/guide",
          "GET",
        ]);
        const member = await naming(`close, ${named}`, { host: own, accept: "text/html", cookie }, "/guide");
        expect([200, 302]).toContain(member.status);
        if (member.status === 200)
          expect(member.headers.filter(([name]) => name === "x-user-email")).toEqual([["x-user-email", person.email]]);
      }
    });

    test("a preflight is the backend's to answer where that is wanted, and tells it of nobody", async () => {
      const asks = { origin: "https://docs.example.com", "access-control-request-method": "PUT" };
      const preflight = (headers: Record<string, string>, port = preflightPorts[kind], method = "OPTIONS") =>
        ask("/data", { method, headers }, port);
      const answer = await preflight({ ...asks, ...claimsOf("x-user-id"), ...claimsOf("x-user-email"), cookie });
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
        expect([other, (await preflight(asks, preflightPorts[kind], other)).status]).toEqual([other, 401]);
      expect((await preflight(asks, ports[kind])).status).toBe(401);
      const after = await ask(
        "/data",
        { method: "PUT", body: "a=1", headers: { origin, cookie } },
        preflightPorts[kind],
      );
      expect([after.status, await arrived(after, "x-user-email")]).toEqual([200, [person.email]]);
    });

    test("a body that does not say its length arrives whole, and so does a question without one", async () => {
      const body = () =>
        new ReadableStream({
          start: (controller) => (controller.enqueue(new TextEncoder().encode("a=1")), controller.close()),
        });
      const answer = await ask("/form", { method: "POST", body: body(), headers: { ...page, cookie } });
      expect([answer.status, await answer.json()]).toMatchObject([200, { method: "POST", body: "a=1" }]);
    });

    test("the session's cookie ends at the proxy", async () => {
      expect(
        await arrived(await ask("/", { headers: { ...page, cookie: `theme=dark; ${cookie}` } }), "cookie"),
      ).toEqual([]);
    });

    test("a request arrives whole, and the backend's own errors stay its own", async () => {
      const answer = await ask("/form", { method: "POST", body: "a=1", headers: { ...page, cookie } });
      expect(await answer.json()).toMatchObject({ method: "POST", body: "a=1" });
      const broken = await ask("/broken", { headers: { ...page, cookie } });
      expect([broken.status, (await broken.json()).method]).toEqual([500, "GET"]);
    });

    test("a moment in which it cannot be known is said to the visitor, and never answered with an empty yes", async () => {
      const form = { method: "POST", body: "a=1", headers: { ...page, cookie } };
      hiccups.push(503);
      const answer = await ask("/form", form, shakyPorts[kind]);
      expect([answer.status, answer.headers.get("retry-after"), whose(answer)]).toEqual([503, "1", []]);
      expect(await (await ask("/form", form, shakyPorts[kind])).json()).toMatchObject({ method: "POST", body: "a=1" });
    });

    test("a no stays a no, though a yes comes after it", async () => {
      hiccups.push(401);
      const answer = await ask("/", { headers: { ...page, cookie } }, shakyPorts[kind]);
      expect([answer.status, whose(answer)]).toEqual([{ caddy: 401, nginx: 302 }[kind], []]);
    });

    test("no cache between keeps a member's page for others, though the backend allows it", async () => {
      const answers = await Promise.all(["/", "/broken"].map((path) => ask(path, { headers: { ...page, cookie } })));
      expect(answers.map(({ status, headers }) => [status, headers.get("cache-control")])).toEqual([
        [200, "private, no-cache"],
        [500, "private, no-cache"],
      ]);
    });

    test("the claims of a stranger open nothing and lead nowhere else", async () => {
      const claims = {
        "x-user-id": "1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-uri": "/evil",
        "x-original-url": "https://evil.example/",
        "x-asked-address": "https://evil.example/",
      };
      const answer = await ask("/guide", { headers: { ...page, ...claims } });
      expect([answer.status, new URL(answer.headers.get("location") ?? "").searchParams.get("return_to")]).toEqual([
        302,
        `http://localhost:${ports[kind]}/guide`,
      ]);
    });

    test("a session that has ended opens nothing any more", async () => {
      const ended = await signIn();
      expect((await ask("/", { headers: { ...page, cookie: ended } })).status).toBe(200);
      await post("/sign-out", {}, { cookie: ended });
      expect((await ask("/", { headers: { ...page, cookie: ended } })).status).toBe(302);
    });

    test("a folder of files is for who is signed in alone, and no cache keeps it for others", async () => {
      const address = `http://localhost:${filePorts[kind]}/guide.html`;
      const [stranger, member] = await Promise.all(
        ["", cookie].map((held) => fetch(address, { redirect: "manual", headers: { ...page, cookie: held } })),
      );
      expect([stranger?.status, await stranger?.text()]).toEqual([302, ""]);
      expect(new URL(stranger?.headers.get("location") ?? "").searchParams.get("return_to")).toBe(address);
      expect([member?.status, await member?.text(), member?.headers.get("cache-control")]).toEqual([
        200,
        "<h1>For members</h1>",
        "private, no-cache",
      ]);
    });
  });

/** Asks a proxy with a Connection header, which `fetch` keeps for itself; gives the status, and what arrived at the backend. */
function naming(
  connection: string,
  { host, ...headers }: { host: string } & Record<string, string>,
  path = "/",
): Promise<{ status: number; headers: [string, string][] }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(host.split(":")[1]), "localhost");
    let text = "";
    socket.on("data", (data) => void (text += data.toString()));
    socket.on("error", reject);
    socket.on("close", () =>
      resolve({
        status: Number(text.slice(9, 12)),
        headers: JSON.parse(/"headers":(\[.*\])\}/.exec(text)?.[1] ?? "[]"),
      }),
    );
    const lines = Object.entries({ host, connection, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  });
}

/** Each of the spellings that a backend may read as one and the same name. */
function claimsOf(name: string): Record<string, string> {
  const [x = "", user = "", ...rest] = name.split("-");
  const spellings = ["-", "_"].flatMap((first) =>
    ["-", "_"].map((second) => `${x}${first}${user}${second}${rest.join(second)}`),
  );
  return Object.fromEntries(
    [...spellings, name.replace(/-(?=[^-]*$)/, "_")].map((spelling) => [spelling, "somebody else"]),
  );
}

test("nobody reaches Gatehouse past the proxy, from another machine", async () => {
  const { port } = new URL(gatehouse.origin);
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

/** Whether a member gets in, at each of the proxies at once. */
const membersAnswers = () =>
  Promise.all(
    allPorts.map(
      async (port) =>
        (await fetch(`http://localhost:${port}/guide.html`, { headers: { ...page, cookie }, redirect: "manual" }))
          .status,
    ),
  );
const isError = (status: number) => status >= 500;

describe("without an answer from Gatehouse", () => {
  test("nobody is let through, and nobody waits for long, while it hangs", async () => {
    gatehouse.process.kill("SIGSTOP");
    const begin = performance.now();
    const statuses = await membersAnswers().finally(() => gatehouse.process.kill("SIGCONT"));
    expect([statuses, statuses.every(isError)]).toEqual([statuses, true]);
    expect(performance.now() - begin).toBeLessThan(15_000);
  }, 30_000);

  test("nobody is let through when it is stopped", async () => {
    await gatehouse.stop();
    const statuses = await membersAnswers();
    expect([statuses, statuses.every(isError)]).toEqual([statuses, true]);
  });
});

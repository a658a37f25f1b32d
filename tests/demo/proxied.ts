import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { newPerson, type Person } from "../support/harness";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { documentedSetting, startProxy, type Kind, type Proxy } from "./proxies";

export const kinds: Kind[] = ["caddy", "nginx"];
/** What a browser says that asks for a page. */
export const page = { accept: "text/html", "sec-fetch-mode": "navigate" };

type Ports = Record<Kind, number>;

/**
 * Gatehouse behind each of the documented proxies, with a backend, a folder of files, and somebody who is signed in.
 */
export interface Proxied {
  gatehouse: Program;
  person: Person;
  cookie: string;
  /** Where each proxy guards the backend; a folder of files; the backend, whose preflights are its own. */
  ports: Ports;
  filePorts: Ports;
  preflightPorts: Ports;
  /** Where each asks a Gatehouse that answers these statuses first, and notes what it was asked with. */
  shakyPorts: Ports;
  hiccups: number[];
  question(): Headers;
  /** Posts a form to Gatehouse. */
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** Signs the person in once more; gives the cookie. */
  signIn(): Promise<string>;
  remove(): Promise<void>;
}

/** Starts all of it on free ports. */
export async function startProxied(): Promise<Proxied> {
  const [ports, filePorts, shakyPorts, preflightPorts] = [newPorts(), newPorts(), newPorts(), newPorts()];
  const gatehouse = await startProgram({
    TRUSTED_ORIGINS: trusting([ports, filePorts, shakyPorts].flatMap((some) => Object.values(some))),
    TRUSTED_PROXIES: documentedSetting("TRUSTED_PROXIES"),
    GATEHOUSE_HOST: documentedSetting("GATEHOUSE_HOST"),
  });
  const [backend, { shaky, hiccups, question }] = [startBackend(), startShaky(gatehouse.origin)];
  const files = newFolder();
  writeFileSync(join(files, "guide.html"), "<h1>For members</h1>");
  chmodSync(files, 0o755); // nginx reads as somebody else
  const known = Number(new URL(gatehouse.origin).port);
  const [behind, proxies]: [{ backend: number }, Proxy[]] = [{ backend: backend.port ?? 0 }, []];
  for (const kind of kinds)
    for (const recipe of [
      { own: ports[kind], gatehouse: known, behind },
      { own: filePorts[kind], gatehouse: known, behind: { files } },
      { own: preflightPorts[kind], gatehouse: known, behind: { ...behind, preflights: true as const } },
      { own: shakyPorts[kind], gatehouse: shaky.port ?? 0, behind },
    ])
      proxies.push(await startProxy(kind, recipe));
  const { person, post, signIn } = await newMember(gatehouse.origin);
  return {
    ...{ gatehouse, person, post, signIn, cookie: await signIn() },
    ...{ ports, filePorts, preflightPorts, shakyPorts, hiccups, question },
    async remove() {
      for (const proxy of proxies) await proxy.stop();
      await gatehouse.remove();
      rmSync(files, { recursive: true });
      for (const server of [shaky, backend]) await server.stop(true);
    },
  };
}

const newPorts = (): Ports => ({ caddy: freePort(), nginx: freePort() });

const trusting = (ports: number[]) =>
  ports
    .map((port) => documentedSetting("TRUSTED_ORIGINS").replace("https://docs.example.com", `http://localhost:${port}`))
    .join();

/** Repeats what it was asked, and would let every cache keep it. */
const startBackend = () =>
  Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) =>
      Response.json(
        { method: request.method, body: await request.text(), headers: [...request.headers] },
        {
          status: request.url.includes("broken") ? 500 : 200,
          headers: { "cache-control": "public, max-age=600" },
        },
      ),
  });

/** Stands in Gatehouse's place, and asks it when there is no hiccup left to answer. */
function startShaky(gatehouse: string) {
  const hiccups: number[] = [];
  let question = new Headers();
  const shaky = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url, headers }) {
      question = new Headers(headers);
      const hiccup = hiccups.shift();
      return hiccup
        ? new Response(null, { status: hiccup, headers: { "retry-after": "1" } })
        : fetch(gatehouse + new URL(url).pathname, { headers, redirect: "manual" });
    },
  });
  return { shaky, hiccups, question: () => question };
}

async function newMember(origin: string): Promise<Pick<Proxied, "person" | "post" | "signIn">> {
  const person = newPerson();
  const post: Proxied["post"] = (path, fields, headers = {}) =>
    fetch(origin + path, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(fields),
      headers: { origin, ...headers },
    });
  await post("/sign-up", { ...person });
  const signIn = async () => {
    const answer = await post("/sign-in", { email: person.email, password: person.password });
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  };
  return { person, post, signIn };
}

/** Asks at a port of this machine, without following a redirect. */
export const ask = (port: number, path: string, init: RequestInit = {}) =>
  fetch(`http://localhost:${port}${path}`, { redirect: "manual", ...init });

/** What arrived at the backend under a name, in any spelling that a program might take for it. */
export const arrived = async (answer: Response, name: string) =>
  ((await answer.json()).headers as [string, string][]) // as the backend repeats them
    .filter(([key]) => key.replaceAll(/[_.]/g, "-").toLowerCase() === name)
    .map(([, value]) => value);

/**
 * Asks a proxy with a Connection header, which `fetch` keeps for itself; gives the status, and what arrived at the
 * backend.
 */
export function naming(
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
export function claimsOf(name: string): Record<string, string> {
  const [x = "", user = "", ...rest] = name.split("-");
  const spellings = ["-", "_", "."].flatMap((first) =>
    ["-", "_", "."].map((second) => `${x}${first}${user}${second}${rest.join(second)}`),
  );
  return Object.fromEntries(
    [...spellings, name.replace(/-(?=[^-]*$)/, "_")].map((spelling) => [spelling, "somebody else"]),
  );
}

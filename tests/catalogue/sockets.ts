import { expect } from "bun:test";
import { connect } from "node:net";
import { routes } from "./routes";
import { isForm } from "./row";
import { sessionCookie } from "./world";
import { newPerson } from "../support/harness";
import { startProgram } from "../support/program";

const seconds = 1000;
/** The program waits ten seconds for a body. */
export const longestWaitMilliseconds = 12 * seconds;

/** The path of each form. */
export const forms = [...new Set(routes.filter(isForm).map(({ path }) => path))];
/** Does something at the forms that ask for nothing else: renames, signs out, ends sessions, closes the account. */
export const body = "name=Changed&others=on&email=x%40example.org";
export const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** The real program, somebody who is signed in there, and what the browser of that victim sends, as bytes. */
export interface Victim {
  origin: string;
  host: string;
  cookie: string;
  /** What the session API says to a cookie, which is the victim's unless it is given. */
  whoAmI(cookie?: string): Promise<string>;
  signedIn(): Promise<string>;
  /** The headers of a form, without its length. */
  head(path: string, line?: string, hosts?: string): string;
  whole(path: string, more?: string, hosts?: string): string;
  asking(more: string, hosts?: string): string;
  exchange(bytes: string, how?: Conduct): Promise<Answer>;
  /** Sends each request, holds the answers to what is right, and looks whether anything happened to the victim. */
  answered(requests: Record<string, string>, right: number[]): Promise<void>;
  remove(): Promise<void>;
}

/** Starts the program and signs somebody in. */
export async function startVictim(): Promise<Victim> {
  const program = await startProgram();
  const { origin } = program;
  const host = new URL(origin).host;
  const cookie = await signIn(origin);
  const whoAmI = async (own = cookie) => (await fetch(`${origin}/api/session`, { headers: { cookie: own } })).text();
  const before = await whoAmI();
  let exchanges = 0;
  const victim: Victim = {
    origin,
    host,
    cookie,
    whoAmI,
    signedIn: () => signIn(origin),
    ...requestsOf(origin, cookie),
    exchange: (bytes, how) => (exchanges++, exchange(host, bytes, how)),
    async answered(requests, right) {
      const wrongs = await Promise.all(
        Object.entries(requests).map(async ([what, bytes]) =>
          wrongsOf(await victim.exchange(bytes), right, cookie).map((wrong) => `${what}: ${wrong}`),
        ),
      );
      expect(wrongs.flat()).toEqual([]);
      expect(await whoAmI()).toBe(before);
    },
    async remove() {
      console.log(`Exchanges over sockets: ${exchanges}.`);
      await program.remove();
    },
  };
  return victim;
}

/** Requests as the browser of whoever has this cookie sends them. */
function requestsOf(origin: string, cookie: string): Pick<Victim, "head" | "whole" | "asking"> {
  const ownHost = `Host: ${new URL(origin).host}\r\n`;
  const head = (path: string, line = `POST ${path} HTTP/1.1`, hosts = ownHost) =>
    `${line}\r\n${hosts}Origin: ${origin}\r\nCookie: ${cookie}\r\n` +
    "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
  return {
    head,
    whole: (path, more = "", hosts) =>
      `${head(path, undefined, hosts)}${more}Content-Length: ${body.length}\r\n\r\n${body}`,
    asking: (more, hosts = ownHost) => `GET /api/session HTTP/1.1\r\n${hosts}Connection: close\r\n${more}\r\n`,
  };
}

/** The session cookie of somebody new. */
async function signIn(origin: string): Promise<string> {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(origin + path, {
      method: "POST",
      redirect: "manual",
      headers: { origin: origin },
      body: new URLSearchParams(fields),
    });
  const person = newPerson();
  await post("/sign-up", { ...person });
  const lines = (
    await post("/sign-in", { email: person.email, password: person.password, remember: "on" })
  ).headers.getSetCookie();
  return lines.map((line) => line.split(";")[0] ?? "").find((pair) => pair.startsWith(sessionCookie)) ?? "";
}

/** What came back over a socket. */
export interface Answer {
  /** The status lines that came back. */
  statuses: number[];
  text: string;
  closed: boolean;
  milliseconds: number;
}

/** How the bytes are sent: with one more each second, or from a client that goes away. */
interface Conduct {
  dripping?: boolean;
  hangUp?: boolean;
}

/** Sends bytes as they are; gives what came back until the other side closed, or the longest wait had gone. */
function exchange(host: string, bytes: string, { dripping = false, hangUp = false }: Conduct = {}): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect(Number(host.split(":")[1]), "localhost");
    let text = "";
    const finish = (closed: boolean) => {
      clearTimeout(patience);
      clearInterval(drip);
      socket.destroy();
      resolve({
        statuses: [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)),
        text,
        closed,
        milliseconds: performance.now() - started,
      });
    };
    const patience = setTimeout(() => finish(false), longestWaitMilliseconds);
    // None when the answer is due: a byte that meets a closed connection resets it, and the answer may be lost with it.
    const drip = dripping
      ? setInterval(() => performance.now() - started < 9 * seconds && socket.write("a"), 1 * seconds)
      : undefined;
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (dripping) finish(false);
    });
    socket.on("close", () => finish(true));
    socket.on("error", () => undefined); // a reset is a way to close
    socket.write(Buffer.from(bytes, "latin1"), () => hangUp && setTimeout(() => socket.destroy(), 20));
  });
}

function wrongsOf({ statuses, text, closed, milliseconds }: Answer, right: number[], cookie: string): string[] {
  return [
    ...statuses.filter((status) => !right.includes(status)).map((status) => `answered ${status}`),
    ...(statuses.length > 0 || right.includes(0) ? [] : ["answered nothing"]),
    ...(closed ? [] : ["left the connection open"]),
    ...(milliseconds < 5 * seconds ? [] : [`took ${Math.round(milliseconds)} ms`]),
    ...(text.includes("alive\n") ? ["answered a smuggled request"] : []),
    ...(text.includes(cookie) || /^set-cookie: (?!gatehouse\.)/im.test(text) ? ["told or set a cookie"] : []),
    ...(/evil|node_modules|\n\s+at /.test(text) ? ["told too much"] : []),
  ];
}

/** The same parts, each made into a request. */
export const each = (parts: Record<string, string>, request: (part: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).map(([what, part]) => [what, request(part)]));

/** What is sent to each form. */
export const toEachForm = (requests: (path: string) => Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    forms.flatMap((path) => Object.entries(requests(path)).map(([what, bytes]) => [`${path} ← ${what}`, bytes])),
  );

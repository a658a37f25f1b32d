import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { routes } from "./routes";
import { isForm } from "./row";
import { sessionCookie } from "./world";
import { newPerson } from "../support/harness";
import { startProgram, type Program } from "../support/program";

/** The rows of the catalogue that no library would send, over sockets, to the real program: every form, and the session API. */

const forms = [...new Set(routes.filter(isForm).map(({ path }) => path))];
/** Does something at the forms that ask for nothing else: renames, signs out, ends sessions, closes the account. */
const body = "name=Changed&others=on&email=x%40example.org";
const seconds = 1000;
/** The program waits ten seconds for a body. */
const longestWait = 12 * seconds;

let program: Program;
let host: string;
let cookie: string;
let before: string;
let slowly: Promise<Answer[]>;
let exchanges = 0;

beforeAll(async () => {
  program = await startProgram();
  host = new URL(program.origin).host;
  cookie = await signedIn();
  before = await whoAmI();
  const slow = (path: string, length: string) => exchange(`${head(path)}${length}\r\n\r\n`, { dripping: true });
  const lengths = ["Content-Length: 100", "Transfer-Encoding: chunked\r\n\r\n64"];
  slowly = Promise.all(
    forms.flatMap((path, i) => lengths.map((length) => Bun.sleep((i % 4) * seconds).then(() => slow(path, length)))),
  ); // Bun looks for idle connections every four seconds
});
afterAll(async () => {
  console.log(`Exchanges over sockets: ${exchanges}.`);
  await program.remove();
});

/** The session cookie of somebody new. */
async function signedIn(): Promise<string> {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(program.origin + path, {
      method: "POST",
      redirect: "manual",
      headers: { origin: program.origin },
      body: new URLSearchParams(fields),
    });
  const person = newPerson();
  await post("/sign-up", { ...person });
  const lines = (
    await post("/sign-in", { email: person.email, password: person.password, remember: "on" })
  ).headers.getSetCookie();
  return lines.map((line) => line.split(";")[0] ?? "").find((pair) => pair.startsWith(sessionCookie)) ?? "";
}

const whoAmI = async (own = cookie) =>
  (await fetch(`${program.origin}/api/session`, { headers: { cookie: own } })).text();

/** The headers of a form that the victim's browser sends, without its length. */
const head = (path: string, line = `POST ${path} HTTP/1.1`, hosts = `Host: ${host}\r\n`) =>
  `${line}\r\n${hosts}Origin: ${program.origin}\r\nCookie: ${cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n`;
const whole = (path: string, more = "", hosts?: string) =>
  `${head(path, undefined, hosts)}${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const asking = (more: string, hosts = `Host: ${host}\r\n`) =>
  `GET /api/session HTTP/1.1\r\n${hosts}Connection: close\r\n${more}\r\n`;
const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const smuggled = () => `GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

interface Answer {
  /** The status lines that came back. */
  statuses: number[];
  text: string;
  closed: boolean;
  milliseconds: number;
}

/** Sends bytes as they are; gives what came back until the other side closed, or the longest wait had gone. */
function exchange(bytes: string, { dripping = false, hangUp = false } = {}): Promise<Answer> {
  exchanges += 1;
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
    const patience = setTimeout(() => finish(false), longestWait);
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

/** Sends each request, holds the answers to what is right, and looks whether anything happened to the victim. */
async function answered(requests: Record<string, string>, right: number[]) {
  const wrongs = await Promise.all(
    Object.entries(requests).map(async ([what, bytes]) => {
      const { statuses, text, closed, milliseconds } = await exchange(bytes);
      const wrong = [
        ...statuses.filter((status) => !right.includes(status)).map((status) => `answered ${status}`),
        ...(statuses.length > 0 || right.includes(0) ? [] : ["answered nothing"]),
        ...(closed ? [] : ["left the connection open"]),
        ...(milliseconds < 5 * seconds ? [] : [`took ${Math.round(milliseconds)} ms`]),
        ...(text.includes("alive\n") ? ["answered a smuggled request"] : []),
        ...(text.includes(cookie) || /^set-cookie: (?!gatehouse\.)/im.test(text) ? ["told or set a cookie"] : []),
        ...(/evil|node_modules|\n\s+at /.test(text) ? ["told too much"] : []),
      ];
      return wrong.map((text) => `${what}: ${text}`);
    }),
  );
  expect(wrongs.flat()).toEqual([]);
  expect(await whoAmI()).toBe(before);
}

/** The same parts, each made into a request. */
const each = (parts: Record<string, string>, request: (part: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).map(([what, part]) => [what, request(part)]));

const toEachForm = (requests: (path: string) => Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    forms.flatMap((path) => Object.entries(requests(path)).map(([what, bytes]) => [`${path} ← ${what}`, bytes])),
  );

test("H1 H2 another host, two, or none", async () => {
  const hosts = {
    "two hosts": `Host: ${host}\r\nHost: evil.example\r\n`,
    "the same twice": `Host: ${host}\r\nHost: ${host}\r\n`,
    none: "",
    another: "Host: evil.example\r\n",
    "an empty one": "Host:\r\n",
    "one and a line": `Host: ${host}\r\n evil.example\r\n`,
    "no host's name": "Host: a b\r\n",
    "a malformed one": "Host: [\r\n",
    user: `Host: evil@${host}\r\n`,
  };
  await answered(
    toEachForm((path) => each(hosts, (lines) => whole(path, "", lines))),
    [400, 421],
  );
  await answered(
    {
      "two hosts": asking("", hosts["two hosts"]),
      "the same twice": asking("", hosts["the same twice"]),
      none: asking("", ""),
    },
    [400, 421],
  );
});

test("H8 a body whose end is not clear", async () => {
  const lengths = ["-1", "+5", "0x5", "5 a", "", "5, 5", "5;6", "99999999999999999999999", "1e3", "five"];
  const codings = [
    "xchunked",
    "chunked\r\nTransfer-Encoding: identity",
    "chunked\r\nTransfer-Encoding: chunked",
    "gzip, chunked",
    "identity",
    "chunked, identity",
    "\x0bchunked",
    "chunked\0",
  ];
  const framings: Record<string, string> = {
    ...Object.fromEntries(
      lengths.map((length) => [`Content-Length ${length}`, `Content-Length: ${length}\r\n\r\n${body}`]),
    ),
    ...Object.fromEntries(
      codings.map((coding) => [
        `Transfer-Encoding ${JSON.stringify(coding)}`,
        `Transfer-Encoding: ${coding}\r\n\r\n${chunks}`,
      ]),
    ),
    "length and coding": `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled()}`,
    "coding and length": `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled()}`,
    "two lengths": `Content-Length: 5\r\nContent-Length: ${body.length}\r\n\r\n${body}${smuggled()}`,
    "space before the colon": `Transfer-Encoding : chunked\r\n\r\n${chunks}`,
    folded: `X-A: b\r\n c: d\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    "a lone CR": `X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    NUL: `X-A: b\0c\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    "a bad chunk": `Transfer-Encoding: chunked\r\n\r\nxyz\r\n${body}\r\n0\r\n\r\n`,
    "an endless chunk line": `Transfer-Encoding: chunked\r\n\r\n3;${"x".repeat(1_000_000)}\r\na=b\r\n0\r\n\r\n`,
  };
  await answered(
    toEachForm((path) => each(framings, (lines) => head(path) + lines)),
    [400, 413, 501],
  );
  await answered(
    each(framings, (lines) => head("", "GET /api/session HTTP/1.1") + lines),
    [400, 413, 501],
  );
  await answered(
    toEachForm((path) => ({ "lines without CR": whole(path).replaceAll("\r\n", "\n") })),
    [400, 505],
  );
});

test("H9 P1 another method, or another way to write the address", async () => {
  const methods = Object.fromEntries(
    ["TRACE", "CONNECT", "FOO", "post", "POST\t", "PROPFIND"].map((method) => [method, method]),
  );
  await answered(
    toEachForm((path) => each(methods, (method) => whole(path).replace("POST", method))),
    [0, 400, 404, 405, 501, 505],
  );
  const spelt = (path: string) => ({
    "//": `/${path}`,
    "x/..": `/x/..${path}`,
    "%2e%2e": `/x/%2e%2e${path}`,
    "\\": `\\${path.slice(1)}`,
    "%00": `${path}%00`,
    "another host": `http://evil.example${path}`,
    "no slash": path.slice(1),
    "#": `${path}#x`,
    "\\xff": `${path}\xff`,
  });
  const foreign = (path: string) =>
    whole(path).replace(`Origin: ${program.origin}`, "Origin: https://elsewhere.example");
  await answered(
    toEachForm((path) => each(spelt(path), (address) => foreign(path).replace(`POST ${path}`, `POST ${address}`))),
    [400, 403, 404, 421, 505],
  );
});

test("C6 C7 C8 cookies as bytes", async () => {
  const value = cookie.slice(sessionCookie.length + 1);
  const bad = {
    "\\xff": `Cookie: ${sessionCookie}=\xff${value}\r\n`,
    UTF8: `Cookie: ${sessionCookie}=${value}\xc3\xa9\r\n`,
    NUL: `Cookie: ${sessionCookie}=${value}\0\r\n`,
    "NUL inside": `Cookie: a=\0; ${cookie}\r\n`,
    "bad first": `Cookie: ${sessionCookie}=a.b\r\nCookie: ${cookie}\r\n`,
    "good first": `Cookie: ${cookie}\r\nCookie: ${sessionCookie}=a.b\r\n`,
  };
  await answered(
    each(bad, (line) => asking(line)),
    [400, 401],
  );
  await answered({ "good second": asking(`Cookie: a=b\r\nCookie: ${cookie}\r\n`) }, [200]);
  const large = {
    "20 KB": `Cookie: a=${"x".repeat(20_000)}; ${cookie}\r\n`,
    "1,000 headers": Array.from({ length: 1000 }, (_, i) => `X-${i}: y\r\n`).join(""),
  };
  await answered(
    { ...toEachForm((path) => each(large, (lines) => whole(path, lines))), asked: asking(large["20 KB"]) },
    [431],
  );
});

test("B6 too much, said before or found while it is read", async () => {
  const much = "x".repeat(70_000);
  const inChunks = (size: number) =>
    `${`${size.toString(16)}\r\n${"x".repeat(size)}\r\n`.repeat(Math.ceil(70_000 / size))}0\r\n\r\n`;
  await answered(
    toEachForm((path) =>
      each(
        {
          "70 KB in one chunk": inChunks(70_000),
          "in chunks": inChunks(1000),
          "and never an end": inChunks(1000).slice(0, -5),
        },
        (sent) => `${head(path)}Transfer-Encoding: chunked\r\n\r\n${sent}`,
      ),
    ),
    [413],
  );
  await answered(
    toEachForm((path) => ({
      "70 KB": `${head(path)}Content-Length: ${much.length}\r\n\r\n${much}`,
      "1 GB announced": `${head(path)}Content-Length: 1000000000\r\n\r\n${body}`,
    })),
    [413],
  );
  await answered({ "17 MB": `${head("/account")}Content-Length: 17000000\r\n\r\n${much.repeat(250)}` }, [413]);
});

test(
  "B9 a body that never comes whole is answered, whenever it began; and a client goes away",
  async () => {
    await Promise.all(
      forms.flatMap((path) => [
        exchange(`${head(path)}Content-Length: 100\r\n\r\n${body}`, { hangUp: true }),
        exchange(head(path), { hangUp: true }),
      ]),
    );
    await Promise.all(
      Array.from({ length: 50 }, () =>
        exchange(`GET /account HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`, { hangUp: true }),
      ),
    );
    for (const { statuses, milliseconds } of await slowly) {
      expect([408, 503]).toContain(statuses[0] ?? 0);
      expect(milliseconds).toBeLessThan(longestWait);
    }
    // All of that has left nothing behind that would hold anybody up, and nobody was signed out or renamed.
    const started = performance.now();
    expect(JSON.parse(await whoAmI()).user.email).toBe(JSON.parse(before).user.email);
    expect((await fetch(`${program.origin}/account`, { headers: { cookie } })).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(1 * seconds);
    expect(await whoAmI()).toBe(before);
  },
  30 * seconds,
);

test("the same bytes, whole and well framed or in chunks, do act: nothing is refused for another reason", async () => {
  const other = await signedIn();
  const send = (path: string) => exchange(whole(path).replace(cookie, other));
  expect(forms.length).toBeGreaterThan(12);
  expect(JSON.parse(await whoAmI(other)).user.name).toContain("Ada");
  expect((await send("/account")).statuses).toEqual([303]);
  expect(JSON.parse(await whoAmI(other)).user.name).toBe("Changed");
  const inChunks = body.replace("Changed", "Again").match(/.{1,7}/g) ?? [];
  const framed = `Transfer-Encoding: chunked\r\n\r\n${inChunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n\r\n`;
  expect((await exchange(`${head("/account")}${framed}`.replace(cookie, other))).statuses).toEqual([303]);
  expect(JSON.parse(await whoAmI(other)).user.name).toBe("Again");
  expect((await send("/sign-out")).statuses).toEqual([303]);
  expect(JSON.parse(await whoAmI(other)).error.code).toBe("no_session");
});

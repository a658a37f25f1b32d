import { afterAll, beforeAll, test } from "bun:test";
import { body, chunks, each, startVictim, toEachForm, type Victim } from "./sockets";
import { sessionCookie } from "./world";

/** The rows of the catalogue that no library would send, over sockets, to the real program. */

let victim: Victim;
beforeAll(async () => {
  victim = await startVictim();
});
afterAll(() => victim.remove());

test("H1 H2 another host, two, or none", async () => {
  const hosts = {
    "two hosts": `Host: ${victim.host}\r\nHost: evil.example\r\n`,
    "the same twice": `Host: ${victim.host}\r\nHost: ${victim.host}\r\n`,
    none: "",
    another: "Host: evil.example\r\n",
    "an empty one": "Host:\r\n",
    "one and a line": `Host: ${victim.host}\r\n evil.example\r\n`,
    "no host's name": "Host: a b\r\n",
    "a malformed one": "Host: [\r\n",
    user: `Host: evil@${victim.host}\r\n`,
  };
  await victim.answered(
    toEachForm((path) => each(hosts, (lines) => victim.whole(path, "", lines))),
    [400, 421],
  );
  await victim.answered(
    {
      "two hosts": victim.asking("", hosts["two hosts"]),
      "the same twice": victim.asking("", hosts["the same twice"]),
      none: victim.asking("", ""),
    },
    [400, 421],
  );
});

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

/** Ways to say how long a body is, of which each leaves it open to some reader. */
const unclear = (smuggled: string): Record<string, string> => ({
  ...Object.fromEntries(
    lengths.map((length) => [`Content-Length ${length}`, `Content-Length: ${length}\r\n\r\n${body}`]),
  ),
  ...Object.fromEntries(
    codings.map((coding) => [
      `Transfer-Encoding ${JSON.stringify(coding)}`,
      `Transfer-Encoding: ${coding}\r\n\r\n${chunks}`,
    ]),
  ),
  "length and coding": `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  "coding and length": `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
  "two lengths": `Content-Length: 5\r\nContent-Length: ${body.length}\r\n\r\n${body}${smuggled}`,
  "space before the colon": `Transfer-Encoding : chunked\r\n\r\n${chunks}`,
  folded: `X-A: b\r\n c: d\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  "a lone CR": `X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  NUL: `X-A: b\0c\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  "a bad chunk": `Transfer-Encoding: chunked\r\n\r\nxyz\r\n${body}\r\n0\r\n\r\n`,
  "an endless chunk line": `Transfer-Encoding: chunked\r\n\r\n3;${"x".repeat(1_000_000)}\r\na=b\r\n0\r\n\r\n`,
});

test("H8 a body whose end is not clear", async () => {
  const framings = unclear(`GET /livez HTTP/1.1\r\nHost: ${victim.host}\r\n\r\n`);
  await victim.answered(
    toEachForm((path) => each(framings, (lines) => victim.head(path) + lines)),
    [400, 413, 501],
  );
  await victim.answered(
    each(framings, (lines) => victim.head("", "GET /api/session HTTP/1.1") + lines),
    [400, 413, 501],
  );
  await victim.answered(
    toEachForm((path) => ({ "lines without CR": victim.whole(path).replaceAll("\r\n", "\n") })),
    [400, 505],
  );
});

test("H9 P1 another method, or another way to write the address", async () => {
  const methods = Object.fromEntries(
    ["TRACE", "CONNECT", "FOO", "post", "POST\t", "PROPFIND"].map((method) => [method, method]),
  );
  await victim.answered(
    toEachForm((path) => each(methods, (method) => victim.whole(path).replace("POST", method))),
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
    victim.whole(path).replace(`Origin: ${victim.origin}`, "Origin: https://elsewhere.example");
  await victim.answered(
    toEachForm((path) => each(spelt(path), (address) => foreign(path).replace(`POST ${path}`, `POST ${address}`))),
    [400, 403, 404, 421, 505],
  );
});

test("C6 C7 C8 cookies as bytes", async () => {
  const value = victim.cookie.slice(sessionCookie.length + 1);
  const bad = {
    "\\xff": `Cookie: ${sessionCookie}=\xff${value}\r\n`,
    UTF8: `Cookie: ${sessionCookie}=${value}\xc3\xa9\r\n`,
    NUL: `Cookie: ${sessionCookie}=${value}\0\r\n`,
    "NUL inside": `Cookie: a=\0; ${victim.cookie}\r\n`,
    "bad first": `Cookie: ${sessionCookie}=a.b\r\nCookie: ${victim.cookie}\r\n`,
    "good first": `Cookie: ${victim.cookie}\r\nCookie: ${sessionCookie}=a.b\r\n`,
  };
  await victim.answered(
    each(bad, (line) => victim.asking(line)),
    [400, 401],
  );
  await victim.answered({ "good second": victim.asking(`Cookie: a=b\r\nCookie: ${victim.cookie}\r\n`) }, [200]);
  const large = {
    "20 KB": `Cookie: a=${"x".repeat(20_000)}; ${victim.cookie}\r\n`,
    "1,000 headers": Array.from({ length: 1000 }, (_, i) => `X-${i}: y\r\n`).join(""),
  };
  await victim.answered(
    {
      ...toEachForm((path) => each(large, (lines) => victim.whole(path, lines))),
      asked: victim.asking(large["20 KB"]),
    },
    [431],
  );
});

import { requestTo, type Sent } from "./request";
import type { Route } from "./route";
import { acts, reads, withHeaders, type Attempt, type Row } from "./row";
import type { World } from "./world";

const split = (path: string): [string, string] => [
  path.split("?")[0] ?? "",
  path.includes("?") ? path.slice(path.indexOf("?")) : "",
];
const hex = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`;

/** Other ways to write a path. */
function spellings(path: string): Record<string, string> {
  const last = path.lastIndexOf("/");
  const inner: Record<string, string> =
    last > 0
      ? {
          "slash doubled": `${path.slice(0, last)}/${path.slice(last)}`,
          "%2F": `${path.slice(0, last)}%2F${path.slice(last + 1)}`,
          "%5C": `${path.slice(0, last)}%5C${path.slice(last + 1)}`,
        }
      : {};
  return {
    ...inner,
    "two slashes": `/${path}`,
    "slash at the end": `${path}/`,
    ";a=b": `${path};a=b`,
    "/./": `/.${path}`,
    "/x/../": `/x/..${path}`,
    "/%2e/": `/%2e${path}`,
    "/x/%2e%2e/": `/x/%2e%2e${path}`,
    "upper case": path.toUpperCase(),
    "a letter encoded": `/${hex(path[1] ?? "x")}${path.slice(2)}`,
    "encoded twice": `/%25${hex(path[1] ?? "x").slice(1)}${path.slice(2)}`,
    "%00": `${path}%00`,
    "%20": `${path}%20`,
    "%0a": `${path}%0a`,
    "a dot": `${path}.`,
    "malformed %": `${path}%zz`,
  };
}

/** Not found, or exactly what the plain path is: a stranger stays one, and a stranger's page may not post. */
function spellingAttempts(route: Route, world: World): Attempt[] {
  if (route.path === "/" || route.method === "OPTIONS") return [];
  const sent = requestTo(route, world);
  const [path, query] = split(sent.path);
  const plain = acts(route) ? 403 : route.as ? (route.nobody ?? 0) : route.status;
  const hostile = withHeaders(
    sent,
    acts(route)
      ? { origin: "https://evil.example", cookie: sent.headers.cookie ?? world.cookie }
      : { cookie: undefined },
  );
  return Object.entries(spellings(path)).map(([what, spelt]) => ({
    what,
    sent: { ...hostile, path: spelt + query },
    right: [404, plain, ...(spelt === `${path}/` ? [308] : [])],
  }));
}

const tellsOfMember = ({ member }: World, text: string) =>
  text.includes(member.email) || text.includes(member.name) ? "tells of the member" : undefined;

/** A cache that keeps what looks like a file must find nothing of anybody. */
function deceptionAttempts(route: Route, world: World): Attempt[] {
  if (!reads(route) || route.as !== "member") return [];
  const sent = requestTo(route, world);
  const suffixes = [
    "/x.css",
    ".css",
    "%2f.js",
    "%2Fx.css",
    ";x.css",
    "/..%2fassets/x.js",
    "%00.png",
    "%23.css",
    "%3f.css",
    "/assets/x.css",
  ];
  return suffixes.map((suffix) => ({
    what: suffix,
    sent: { ...sent, path: split(sent.path)[0] + suffix },
    right: [404],
    wrong: ({ text }) => tellsOfMember(world, text),
  }));
}

const climbs = [
  "/static/../.env",
  "/assets/../.env",
  "/assets/%2e%2e/.env",
  "/assets/%2e%2e%2f.env",
  "/assets/..%2f..%2fetc%2fpasswd",
  "/assets/..\\.env",
  "/assets/..%5c.env",
  "/assets/....//.env",
  "/.env",
  "/.git/config",
  "/data/secret",
  "/src/main.ts",
  "/assets/",
  "/assets",
  "/assets/style.css",
  "/dev/mail/..%2f..%2f.env",
  "/dev/mail/%00",
  "/dev/mail/",
  "/api",
  "/api/",
  "/api/auth",
  "/api/auth/",
  "/metrics",
  "/openapi.yaml",
  "/%",
  "/%zz",
  "/%ff",
  "/__proto__",
  "/constructor",
  "/api/constructor",
];

function outsideAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (route.type === "file") return climbs.map((path) => ({ what: path, sent: { ...sent, path }, right: [404] }));
  if (!reads(route)) return [];
  const [path, query] = split(sent.path);
  const mark = query ? `${query}&` : "?";
  const tooLong = (what: string, path: string): Attempt => ({ what, sent: { ...sent, path }, right: [404] });
  const readsNoQuery = /^\/(api\/session|api\/session\/changes|api\/forward-auth|openapi\.json|livez|readyz)$/.test(
    path,
  );
  const endless = (what: string, length: number): Attempt => {
    const attempt = tooLong(what, `${path}${mark}x=${"y".repeat(length)}`);
    return readsNoQuery ? { ...attempt, right: [route.status] } : attempt;
  };
  const fits: Sent = { ...sent, path: `${path}${mark}x=${"y".repeat(4000)}&x=z&__proto__=x&constructor=y&%00=%ff&=` };
  return [
    tooLong("a path of 4 KB", `${path}/${"x".repeat(4096)}`),
    endless("a query of 9 KB", 9000),
    endless("a query of 100 KB", 100_000),
    { what: "a query of 4 KB", sent: fits, right: [route.status] },
  ];
}

/** A part of a path that stands for something, and is no text: nothing has such a name. */
function unreadableAttempts(route: Route, world: World): Attempt[] {
  if (!route.path.includes("{")) return [];
  return ["%", "%zz", "%ff", "%ed%a0%80", "%00"].map((part) => ({
    what: part,
    sent: requestTo({ ...route, path: route.path.replace(/\{\w+\}/, part) }, world),
    right: [404],
  }));
}

/** Paths, for every route. */
export const pathRows: readonly Row[] = [
  { id: "P1", what: "another spelling of a path", attempts: spellingAttempts },
  { id: "P2", what: "a page that looks like a file", attempts: deceptionAttempts },
  { id: "P3", what: "a path out of the house, or without end", attempts: outsideAttempts },
  { id: "P4", what: "a part of a path that is no text", attempts: unreadableAttempts },
];

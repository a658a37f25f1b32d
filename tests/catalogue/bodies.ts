import { asForm, requestTo } from "./request";
import type { Route } from "./route";
import { acts, fieldRow, isForm, isJson, named, refusal, withBody, withEach, type Attempt, type Row } from "./row";
import { twiceAttempts } from "./twice";
import type { World } from "./world";

const texts = (...bodies: string[]): Record<string, string> =>
  Object.fromEntries(bodies.map((body) => [`${body.slice(0, 40)} (${body.length})`, body]));

/** What a route says to a body that has none of its fields; undefined where it needs none. */
const emptyOf = (route: Route) => route.empty;

function emptyAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (isJson(route))
    return withEach(
      sent,
      texts(
        "{",
        "[]",
        `"x"`,
        "1",
        "true",
        "{}}",
        "{'a':1}",
        "undefined",
        ...(emptyOf(route) ? ["", "null", "{}"] : []),
      ),
      400,
    );
  const empty = emptyOf(route);
  return isForm(route) && empty !== undefined
    ? withEach(sent, texts("", "{", "[]", "null", `"x"`, "&&&", "=", "%", "%00=%00", "?"), empty)
    : [];
}

/** What a form says when one field is left out. */
function withoutField(route: Route, name: string, kind: string): number {
  if (kind === "token") return route.path === "/verify-email" ? 422 : 404;
  if (kind === "id") return route.path.includes("{") ? 404 : 400;
  return name === "proof" ? 403 : refusal(route);
}

const otherTypes = named({}, { $ne: 1 }, [], ["a"], 1, 0, true, false, null, { toString: "x" }, [[]], { length: 9 });

/**
 * Each field as something that is no text: an object in JSON, the names that some parsers make objects of in a form.
 */
function typeAttempts(route: Route, world: World): Attempt[] {
  const good = route.values(world);
  const fields = Object.entries(route.fields).filter(([, kind]) => kind !== "return_to" && kind !== "remember");
  if (isJson(route))
    return fields.flatMap(([name, kind]) =>
      Object.entries(otherTypes)
        .filter(([, value]) => !(kind === "image" && value === null))
        .map(([what, value]) => ({
          what: `${name}: ${what}`,
          sent: requestTo(route, world, { ...good, [name]: value }),
          right: [400],
        })),
    );
  if (!isForm(route)) return [];
  return fields.flatMap(([name, kind]) =>
    [`${name}[$ne]`, `${name}[]`, `${name}.x`, ` ${name}`, `${name}\0`, name.toUpperCase()].map((other) => {
      const { [name]: value, ...rest } = good;
      return {
        what: JSON.stringify(other),
        sent: requestTo(route, world, { ...rest, [other]: value }),
        right: [withoutField(route, name, kind)],
      };
    }),
  );
}

const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

function prototypeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route) || route.empty === undefined) return [];
  const sent = requestTo(route, world);
  if (isJson(route)) {
    const inherited = JSON.stringify({ ...route.values(world), polluted: true });
    return withEach(
      sent,
      {
        __proto__: `{"__proto__":${inherited}}`,
        "constructor.prototype": `{"constructor":{"prototype":${inherited}}}`,
        "both, in a field": `{"email":{"__proto__":${inherited}},"password":{"constructor":${inherited}}}`,
        names: JSON.stringify(Object.fromEntries(keys.slice(1).map((key) => [key, "x"]))),
      },
      400,
    );
  }
  return withEach(
    sent,
    {
      names: asForm(Object.fromEntries(keys.map((key) => [key, "x"]))),
      brackets: "__proto__[polluted]=1&constructor[prototype][polluted]=1&a[__proto__][polluted]=1",
    },
    route.empty,
  );
}

function nestedAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (isJson(route)) {
    const inside = Object.keys(route.fields)[0] ?? "x";
    const open = texts("[".repeat(30_000), `{"a":`.repeat(10_000), `{"a":`.repeat(100_000), "[".repeat(1_000_000));
    const closed = emptyOf(route)
      ? texts(`{"${inside}":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, `${`{"a":`.repeat(9000)}1${"}".repeat(9000)}`)
      : {};
    return withEach(sent, { ...open, ...closed }, 400);
  }
  return isForm(route) && route.empty !== undefined
    ? withEach(
        sent,
        texts(
          `a${"[b]".repeat(20_000)}=1`,
          "a=&".repeat(1).concat(Array.from({ length: 5000 }, (_, i) => `f${i}=`).join("&")),
        ),
        route.empty,
      )
    : [];
}

/** What is too much for a form is not for a picture, whose own limit is told beside its field. */
function tooMuchFor(route: Route, bytes: number): number {
  if (route.type !== "upload") return 413;
  return bytes > 2 * 1024 * 1024 ? 422 : 400; // less than was announced, or no picture
}

/** The length that is announced counts, before a byte is read. */
function sizeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const small = new TextEncoder().encode(String(sent.body));
  const announced = [64 * 1024 + 1, 1e6, 1e7, 1e8, 1.4e8, 1e15].map((bytes) => ({
    what: `${bytes} announced`,
    sent: withBody(sent, small, { "content-length": String(bytes) }),
    right: [tooMuchFor(route, bytes)],
  }));
  const real = withEach(
    sent,
    {
      "64 KB and one": `${String(sent.body)}${isJson(route) ? " " : "&"}`.padEnd(
        64 * 1024 + 1,
        isJson(route) ? " " : "x",
      ),
      "1 MB": "x=".padEnd(1_000_000, "y"),
    },
    413,
  ).map((attempt) => ({ ...attempt, right: [tooMuchFor(route, 0)] }));
  const framed = ["gzip, chunked", "chunked, chunked", "identity", "xchunked"].map((coding) => ({
    what: `${coding}`,
    sent: withBody(sent, undefined, { "transfer-encoding": coding }),
    right: [400],
  }));
  const largest =
    route.empty === undefined
      ? []
      : withEach(
          sent,
          { "64 KB": isJson(route) ? "{}".padEnd(64 * 1024, " ") : "x=".padEnd(64 * 1024, "y") },
          route.empty,
        );
  return [...announced, ...real, ...framed, ...largest];
}

/** Bodies, for every route that takes one. */
export const bodyRows: readonly Row[] = [
  { id: "B1", what: "a body that says nothing", attempts: emptyAttempts },
  { id: "B2", what: "a field that is no text", attempts: typeAttempts },
  { id: "B3", what: "one thing said twice", attempts: twiceAttempts },
  { id: "B4", what: "keys that objects have already", attempts: prototypeAttempts },
  { id: "B5", what: "nesting without end", attempts: nestedAttempts },
  { id: "B6", what: "too much", attempts: sizeAttempts },
  fieldRow({
    id: "B11",
    what: "a picture's address that runs or leads elsewhere",
    kinds: ["image"],
    values: () =>
      named(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "http://example.org/a.png",
        "//example.org/a.png",
        "/a.png",
        "",
        "x",
        "vbscript:x",
        "blob:https://x/y",
        `https://example.org/${"x".repeat(3000)}`,
      ),
  }),
  fieldRow({
    id: "B12",
    what: "a choice that is neither yes nor no",
    kinds: ["remember"],
    values: ({ route }) => (isJson(route) ? named("no", "true", 0, 1, [], {}, null, "") : {}),
    right: refusal,
    more: () => ({ hashes: true }),
  }),
];

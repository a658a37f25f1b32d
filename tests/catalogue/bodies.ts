import { gzipSync } from "bun";
import { asForm, requestTo, type Route, type Sent } from "./routes";
import {
  acts,
  fieldRow,
  isForm,
  isJson,
  named,
  refusal,
  rightFor,
  withBody,
  withHeaders,
  type Attempt,
  type Row,
} from "./row";
import type { World } from "./world";

/** The same request with each of these bodies. */
const each = (
  sent: Sent,
  bodies: Record<string, NonNullable<Sent["body"]>>,
  right: number,
  headers: Sent["headers"] = {},
): Attempt[] =>
  Object.entries(bodies).map(([what, body]) => ({
    what,
    sent: withBody(sent, body, headers),
    right: rightFor(withBody(sent, body), right),
  }));

const texts = (...bodies: string[]): Record<string, string> =>
  Object.fromEntries(bodies.map((body) => [`${body.slice(0, 40)} (${body.length})`, body]));

/** What a route says to a body that has none of its fields; undefined where it needs none. */
const emptyOf = (route: Route) => route.empty;

function emptyAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (isJson(route))
    return each(
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
    ? each(sent, texts("", "{", "[]", "null", `"x"`, "&&&", "=", "%", "%00=%00", "?"), empty)
    : [];
}

/** What a form says when one field is left out. */
function withoutField(route: Route, name: string, kind: string): number {
  if (kind === "token") return route.path === "/verify-email" ? 422 : 404;
  if (kind === "id") return 400;
  return name === "proof" ? 403 : 422;
}

const otherTypes = named({}, { $ne: 1 }, [], ["a"], 1, 0, true, false, null, { toString: "x" }, [[]], { length: 9 });

/** Each field as something that is no text: an object in JSON, the names that some parsers make objects of in a form. */
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

/** One thing said twice: whoever checks could read one, and whoever uses it the other. */
function twiceAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const names = Object.keys(route.fields);
  const inQuery =
    route.empty === undefined
      ? []
      : [
          {
            what: "in the address only",
            sent: {
              ...withBody(sent, isJson(route) ? "{}" : ""),
              path: `${route.path}?${asForm(route.values(world))}`,
            },
            right: [route.empty],
          },
        ];
  if (isJson(route))
    return [
      ...inQuery,
      ...names.slice(0, 3).map((name) => ({
        what: `${name} twice, the last one bad`,
        sent: withBody(sent, `${String(sent.body).slice(0, -1)},"${name}":""}`),
        right: [400],
      })),
    ];
  const twice = [...names, "anything"].flatMap((name) =>
    [`${name}=x`, `${name}=`].map((again) => ({
      what: `${name} twice`,
      sent: withBody(sent, `${String(sent.body)}&${name}=${name === "anything" ? "y&anything=" : ""}&${again}`),
      right: [400],
    })),
  );
  return [...inQuery, ...twice];
}

const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

function prototypeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route) || route.empty === undefined) return [];
  const sent = requestTo(route, world);
  if (isJson(route)) {
    const inherited = JSON.stringify({ ...route.values(world), polluted: true });
    return each(
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
  return each(
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
    return each(sent, { ...open, ...closed }, 400);
  }
  return isForm(route) && route.empty !== undefined
    ? each(
        sent,
        texts(
          `a${"[b]".repeat(20_000)}=1`,
          "a=&".repeat(1).concat(Array.from({ length: 5000 }, (_, i) => `f${i}=`).join("&")),
        ),
        route.empty,
      )
    : [];
}

/** The length that is announced counts, before a byte is read. */
function sizeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const small = new TextEncoder().encode(String(sent.body));
  const announced = [64 * 1024 + 1, 1e6, 1e7, 1e8, 1.4e8, 1e15].map((bytes) => ({
    what: `${bytes} announced`,
    sent: withBody(sent, small, { "content-length": String(bytes) }),
    right: [413],
  }));
  const real = each(
    sent,
    {
      "64 KB and one": `${String(sent.body)}${isJson(route) ? " " : "&"}`.padEnd(
        64 * 1024 + 1,
        isJson(route) ? " " : "x",
      ),
      "1 MB": "x=".padEnd(1_000_000, "y"),
    },
    413,
  );
  const framed = ["gzip, chunked", "chunked, chunked", "identity", "xchunked"].map((coding) => ({
    what: `${coding}`,
    sent: withBody(sent, undefined, { "transfer-encoding": coding }),
    right: [400],
  }));
  const largest =
    route.empty === undefined
      ? []
      : each(sent, { "64 KB": isJson(route) ? "{}".padEnd(64 * 1024, " ") : "x=".padEnd(64 * 1024, "y") }, route.empty);
  return [...announced, ...real, ...framed, ...largest];
}

const bytes = (...values: number[]) => new Uint8Array(values);
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const joined = (...parts: (string | Uint8Array)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));

function formEncodingAttempts(route: Route, world: World): Attempt[] {
  if (!isForm(route)) return [];
  const sent = requestTo(route, world);
  const body = String(sent.body);
  const charsets = ["utf-16", "iso-8859-1", "utf-7", "x"].map((charset) => ({
    what: `charset ${charset}`,
    sent: withHeaders(sent, { "content-type": `application/x-www-form-urlencoded; charset=${charset}` }),
    right: [415],
  }));
  const raw = {
    "UTF-16": utf16(`\ufeff${body}`),
    "bytes that are no UTF-8": joined(body, "&x=", bytes(0xff, 0xfe)),
    "%ff": `${body}&x=%ff%fe`,
    "half a character": `${body}&x=%ed%a0%80`,
    "longer than needed": `${body}&x=%c0%af`,
  };
  const packed = {
    what: "gzip",
    sent: withBody(sent, new Uint8Array(gzipSync(body)), { "content-encoding": "gzip" }),
    right: [400, 415],
  };
  const mark =
    route.empty === undefined ? [] : each(sent, { "a byte order mark": bytes(0xef, 0xbb, 0xbf) }, route.empty);
  return [...each(sent, raw, 400), packed, ...charsets, ...mark];
}

/** Bytes that are no text must not become some other text: two passwords would be one. */
function jsonEncodingAttempts(route: Route, world: World): Attempt[] {
  if (!isJson(route) || route.empty === undefined) return [];
  const texts = Object.entries(route.fields).flatMap(([name, kind]) =>
    ["email", "password", "new password", "name"].includes(kind) ? [name] : [],
  );
  return texts.map((name) => ({
    what: `${name} with bytes that are no UTF-8`,
    sent: withBody(requestTo(route, world), damage(route, world, name)),
    right: [400],
  }));
}

function jsonTextAttempts(route: Route, world: World): Attempt[] {
  if (!isJson(route) || route.empty === undefined) return [];
  const sent = requestTo(route, world);
  const body = String(sent.body);
  const packed = {
    what: "gzip",
    sent: withBody(sent, new Uint8Array(gzipSync(body)), { "content-encoding": "gzip" }),
    right: [400, 415],
  };
  const half = Object.entries(route.fields)
    .filter(([, kind]) => kind !== "remember")
    .map(([name, kind]) => ({
      what: `${name} with half a character`,
      sent: requestTo(route, world, { ...route.values(world), [name]: "a half \ud800 of one" }),
      right: kind === "return_to" ? [400, 403] : [400],
    }));
  return [
    packed,
    ...half,
    // With its mark Bun reads UTF-16 as the text that it is.
    ...each(sent, { "UTF-16 without a mark": utf16(body), "UTF-16 that says nothing": utf16("\ufeff{}") }, 400),
    ...each(
      sent,
      { "a NUL byte first": joined(bytes(0), body), "a byte order mark alone": bytes(0xef, 0xbb, 0xbf) },
      400,
    ),
  ];
}

const nameAttempts = (route: Route, world: World): Attempt[] =>
  isForm(route)
    ? each(
        requestTo(route, world),
        {
          "%ff": `${String(requestTo(route, world).body)}&%ff=x`,
          "%ed%a0%80": `${String(requestTo(route, world).body)}&%ed%a0%80`,
        },
        400,
      )
    : [];

/** The good JSON of a route, with two bytes in a field that no text has. */
function damage(route: Route, world: World, name: string): Uint8Array<ArrayBuffer> {
  const [before = "", after = ""] = JSON.stringify({
    ...route.values(world),
    [name]: `${String(route.values(world)[name])}#here#`,
  }).split("#here#");
  return joined(before, bytes(0xff, 0xfe), after);
}

function mediaAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const other = isJson(route)
    ? [
        "text/plain",
        "",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/vnd.api+json",
        "application/xml",
        "text/json",
      ]
    : [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "text/plain; application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded, text/plain",
        "application/x-www-form-urlencoded;x",
        "application/x-www-form-urlencodedx",
        "",
        "x",
      ];
  const wrong = [...other, undefined].map((type) => ({
    what: `Content-Type ${type}`,
    sent: withHeaders(sent, { "content-type": type }),
    right: [415],
  }));
  const odd =
    isJson(route) && route.empty
      ? [
          "application/json;x",
          "application/jsonp",
          "x-application/json",
          "application/json, text/plain",
          "application/x-www-form-urlencoded",
        ].map((type) => ({
          what: type,
          sent: withBody(sent, "{}", { "content-type": type }),
          right: [400, 415],
        }))
      : [];
  return [...wrong, ...odd];
}

/** Bodies, for every route that takes one. */
export const bodyRows: readonly Row[] = [
  { id: "B1", what: "a body that says nothing", attempts: emptyAttempts },
  { id: "B2", what: "a field that is no text", attempts: typeAttempts },
  { id: "B3", what: "one thing said twice", attempts: twiceAttempts },
  { id: "B4", what: "keys that objects have already", attempts: prototypeAttempts },
  { id: "B5", what: "nesting without end", attempts: nestedAttempts },
  { id: "B6", what: "too much", attempts: sizeAttempts },
  { id: "B7", what: "a form with bytes that are no text", attempts: formEncodingAttempts },
  { id: "B7", what: "a field's name that is no text", attempts: nameAttempts },
  { id: "B7", what: "JSON that is no text", attempts: jsonTextAttempts },
  { id: "B7", what: "JSON with bytes that are no UTF-8", attempts: jsonEncodingAttempts },
  { id: "B8", what: "another media type", attempts: mediaAttempts },
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

import { gzipSync } from "bun";
import { asForm, requestTo, type Route, type Sent } from "./routes";
import { acts, fieldRow, isForm, isJson, named, refusal, rightFor, withBody, withHeaders, type Attempt, type Row } from "./row";
import type { World } from "./world";

/** The same request with each of these bodies. */
const each = (sent: Sent, bodies: Record<string, NonNullable<Sent["body"]>>, right: number, headers: Sent["headers"] = {}): Attempt[] =>
  Object.entries(bodies).map(([what, body]) => ({ what, sent: withBody(sent, body, headers), right: rightFor(withBody(sent, body), right) }));

const texts = (...bodies: string[]): Record<string, string> => Object.fromEntries(bodies.map((body) => [`${body.slice(0, 40)} (${body.length})`, body]));

/** What a route says to a body that has none of its fields; undefined where it needs none. */
const emptyOf = (route: Route) => route.empty;

function emptyAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (isJson(route)) return each(sent, texts("{", "[]", `"x"`, "1", "true", "{}}", "{'a':1}", "undefined", ...(emptyOf(route) ? ["", "null", "{}"] : [])), 400);
  const empty = emptyOf(route);
  return isForm(route) && empty !== undefined ? each(sent, texts("", "{", "[]", "null", `"x"`, "&&&", "=", "%", "%00=%00", "?"), empty) : [];
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
      Object.entries(otherTypes).filter(([, value]) => !(kind === "image" && value === null)).map(([what, value]) => ({ what: `${name}: ${what}`, sent: requestTo(route, world, { ...good, [name]: value }), right: [400] })),
    );
  if (!isForm(route)) return [];
  return fields.flatMap(([name, kind]) =>
    [`${name}[$ne]`, `${name}[]`, `${name}.x`, ` ${name}`, `${name}\0`, name.toUpperCase()].map((other) => {
      const { [name]: value, ...rest } = good;
      return { what: JSON.stringify(other), sent: requestTo(route, world, { ...rest, [other]: value }), right: [withoutField(route, name, kind)] };
    }),
  );
}

/** One thing said twice: whoever checks could read one, and whoever uses it the other. */
function twiceAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const names = Object.keys(route.fields);
  const inQuery = route.empty === undefined ? [] : [{ what: "in the address only", sent: { ...withBody(sent, isJson(route) ? "{}" : ""), path: `${route.path}?${asForm(route.values(world))}` }, right: [route.empty] }];
  if (isJson(route)) return [...inQuery, ...names.slice(0, 3).map((name) => ({ what: `${name} twice, the last one bad`, sent: withBody(sent, `${String(sent.body).slice(0, -1)},"${name}":""}`), right: [400] }))];
  const twice = [...names, "anything"].flatMap((name) => [`${name}=x`, `${name}=`].map((again) => ({ what: `${name} twice`, sent: withBody(sent, `${String(sent.body)}&${name}=${name === "anything" ? "y&anything=" : ""}&${again}`), right: [400] })));
  return [...inQuery, ...twice];
}

const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

function prototypeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route) || route.empty === undefined) return [];
  const sent = requestTo(route, world);
  if (isJson(route)) {
    const inherited = JSON.stringify({ ...route.values(world), polluted: true });
    return each(sent, { "__proto__": `{"__proto__":${inherited}}`, "constructor.prototype": `{"constructor":{"prototype":${inherited}}}`, "both, in a field": `{"email":{"__proto__":${inherited}},"password":{"constructor":${inherited}}}`, names: JSON.stringify(Object.fromEntries(keys.slice(1).map((key) => [key, "x"]))) }, 400);
  }
  return each(sent, { names: asForm(Object.fromEntries(keys.map((key) => [key, "x"]))), brackets: "__proto__[polluted]=1&constructor[prototype][polluted]=1&a[__proto__][polluted]=1" }, route.empty);
}

function nestedAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  if (isJson(route)) {
    const inside = Object.keys(route.fields)[0] ?? "x";
    const open = texts("[".repeat(30_000), `{"a":`.repeat(10_000), `{"a":`.repeat(100_000), "[".repeat(1_000_000));
    const closed = emptyOf(route) ? texts(`{"${inside}":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, `${`{"a":`.repeat(9000)}1${"}".repeat(9000)}`) : {};
    return each(sent, { ...open, ...closed }, 400);
  }
  return isForm(route) && route.empty !== undefined ? each(sent, texts(`a${"[b]".repeat(20_000)}=1`, "a=&".repeat(1).concat(Array.from({ length: 5000 }, (_, i) => `f${i}=`).join("&"))), route.empty) : [];
}

/** The length that is announced counts, before a byte is read. */
function sizeAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const small = new TextEncoder().encode(String(sent.body));
  const announced = [64 * 1024 + 1, 1e6, 1e7, 1e8, 1.4e8, 1e15].map((bytes) => ({ what: `${bytes} announced`, sent: withBody(sent, small, { "content-length": String(bytes) }), right: [413] }));
  const real = each(sent, { "64 KB and one": `${String(sent.body)}${isJson(route) ? " " : "&"}`.padEnd(64 * 1024 + 1, isJson(route) ? " " : "x"), "1 MB": "x=".padEnd(1_000_000, "y") }, 413);
  const unknown = { what: "of unknown length", sent: withBody(sent, undefined, { "transfer-encoding": "chunked" }), right: [411] };
  const largest = route.empty === undefined ? [] : each(sent, { "64 KB": isJson(route) ? "{}".padEnd(64 * 1024, " ") : "x=".padEnd(64 * 1024, "y") }, route.empty);
  return [...announced, ...real, unknown, ...largest];
}

const bytes = (...values: number[]) => new Uint8Array(values);
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const joined = (...parts: (string | Uint8Array)[]) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));

function encodingAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const body = String(sent.body);
  const packed = withBody(sent, new Uint8Array(gzipSync(body)), { "content-encoding": "gzip" });
  const always = [...each(sent, { "UTF-16": utf16(body || "x"), "bytes that are no UTF-8": joined(body.slice(0, -1), bytes(0xff, 0xfe), body.slice(-1)), "a NUL byte first": joined(bytes(0), body) }, 400), { what: "gzip", sent: packed, right: [400, 415] }];
  if (isJson(route)) {
    const damaged = Object.entries(route.fields).filter(([, kind]) => kind !== "remember" && kind !== "return_to" && kind !== "image").map(([name]) => ({ what: `${name} with bytes that are no UTF-8`, sent: withBody(sent, damage(route, world, name)), right: [400] }));
    const half = Object.keys(route.fields).filter((name) => name !== "rememberMe").map((name) => ({ what: `${name} with half a character`, sent: withBody(sent, body.replace(new RegExp(`"${name}":"|}$`), (found) => (found === "}" ? `,"${name}":"\\ud800x"}` : `${found}\\ud800`))), right: [400] }));
    return route.empty === undefined ? [] : [...always.slice(0, -2), ...always.slice(-1), ...damaged, ...half];
  }
  const charsets = ["utf-16", "iso-8859-1", "utf-7", "x"].map((charset) => ({ what: `charset ${charset}`, sent: withHeaders(sent, { "content-type": `application/x-www-form-urlencoded; charset=${charset}` }), right: [415] }));
  const percent = each(sent, { "%ff": `${body}&x=%ff%fe`, "half a character": `${body}&x=%ed%a0%80`, "longer than needed": `${body}&x=%c0%af`, "in a name": `${body}&%ff=x` }, 400);
  const mark = route.empty === undefined ? [] : each(sent, { "a byte order mark": bytes(0xef, 0xbb, 0xbf) }, route.empty);
  return [...always.slice(0, 2), ...always.slice(-1), ...charsets, ...percent, ...mark];
}

/** The good JSON of a route, with two bytes in a field that no text has. */
function damage(route: Route, world: World, name: string): Uint8Array<ArrayBuffer> {
  const [before = "", after = ""] = JSON.stringify({ ...route.values(world), [name]: `${String(route.values(world)[name])}#here#` }).split("#here#");
  return joined(before, bytes(0xff, 0xfe), after);
}

function mediaAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const other = isJson(route)
    ? ["text/plain", "", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain; application/json", "application/vnd.api+json", "application/xml", "text/json", "application/jsonp", "application/json, text/plain", "x-application/json"]
    : ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/plain; application/x-www-form-urlencoded", "application/x-www-form-urlencoded, text/plain", "application/x-www-form-urlencoded;x", "application/x-www-form-urlencodedx", "", "x"];
  const wrong = [...other, undefined].map((type) => ({ what: `Content-Type ${type}`, sent: withHeaders(sent, { "content-type": type }), right: [415] }));
  const odd = isJson(route) && route.empty ? [{ what: "application/json;x", sent: withBody(sent, "{}", { "content-type": "application/json;x" }), right: [400, 415] }] : [];
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
  { id: "B7", what: "bytes that are no text", attempts: encodingAttempts },
  { id: "B8", what: "another media type", attempts: mediaAttempts },
  fieldRow({ id: "B11", what: "a picture's address that runs or leads elsewhere", kinds: ["image"], values: () => named("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:image/svg+xml,<svg onload=alert(1)>", "http://example.org/a.png", "//example.org/a.png", "/a.png", "", "x", "vbscript:x", "blob:https://x/y", `https://example.org/${"x".repeat(3000)}`) }),
  fieldRow({ id: "B12", what: "a choice that is neither yes nor no", kinds: ["remember"], values: ({ route }) => (isJson(route) ? named("no", "true", 0, 1, [], {}, null, "") : {}), right: refusal, more: () => ({ hashes: true }) }),
];

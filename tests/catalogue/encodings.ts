import { gzipSync } from "bun";
import { requestTo } from "./request";
import type { Route } from "./route";
import { acts, isForm, isJson, withBody, withEach, withHeaders, type Attempt, type Row } from "./row";
import type { World } from "./world";

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
    route.empty === undefined ? [] : withEach(sent, { "a byte order mark": bytes(0xef, 0xbb, 0xbf) }, route.empty);
  return [...withEach(sent, raw, 400), packed, ...charsets, ...mark];
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
    ...withEach(sent, { "UTF-16 without a mark": utf16(body), "UTF-16 that says nothing": utf16("\ufeff{}") }, 400),
    ...withEach(
      sent,
      { "a NUL byte first": joined(bytes(0), body), "a byte order mark alone": bytes(0xef, 0xbb, 0xbf) },
      400,
    ),
  ];
}

const nameAttempts = (route: Route, world: World): Attempt[] =>
  isForm(route)
    ? withEach(
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

/** Media types that a route does not take. */
const otherTypes = {
  json: [
    "text/plain",
    "",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
    "application/vnd.api+json",
    "application/xml",
    "text/json",
  ],
  form: [
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "text/plain; application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded, text/plain",
    "application/x-www-form-urlencoded;x",
    "application/x-www-form-urlencodedx",
    "",
    "x",
  ],
};

/** Media types that only some parsers would read as JSON. */
const nearlyJson = [
  "application/json;x",
  "application/jsonp",
  "x-application/json",
  "application/json, text/plain",
  "application/x-www-form-urlencoded",
];

function mediaAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = requestTo(route, world);
  const wrong = [...otherTypes[isJson(route) ? "json" : "form"], undefined].map((type) => ({
    what: `Content-Type ${type}`,
    sent: withHeaders(sent, { "content-type": type }),
    right: [route.type === "upload" && type?.startsWith("multipart/") ? 400 : 415],
  }));
  const odd = nearlyJson.map((type) => ({
    what: type,
    sent: withBody(sent, "{}", { "content-type": type }),
    right: [400, 415],
  }));
  return isJson(route) && route.empty ? [...wrong, ...odd] : wrong;
}

/** Bodies in an encoding that is not theirs, for every route that takes one. */
export const encodingRows: readonly Row[] = [
  { id: "B7", what: "a form with bytes that are no text", attempts: formEncodingAttempts },
  { id: "B7", what: "a field's name that is no text", attempts: nameAttempts },
  { id: "B7", what: "JSON that is no text", attempts: jsonTextAttempts },
  { id: "B7", what: "JSON with bytes that are no UTF-8", attempts: jsonEncodingAttempts },
  { id: "B8", what: "another media type", attempts: mediaAttempts },
];

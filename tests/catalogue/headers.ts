import { requestTo, type Sent } from "./request";
import type { Route } from "./route";
import { acts, reads, withHeaders, type Attempt, type Row } from "./row";
import { evil, mentionsEvil, saying, withEachHeaders } from "./header-variants";
import type { World } from "./world";

const ofPrograms = ["/api/session", "/api/session/changes", "/api/forward-auth", "/livez", "/readyz", "/openapi.json"];
const anyHost = [...ofPrograms, "/assets/{file}"];

/** Headers that must change nothing for who reads, and open nothing to who posts from elsewhere. */
function harmlessRow(id: string, what: string, variants: Record<string, Sent["headers"]>): Row {
  const origin = `https://${evil}`;
  const attempts = (route: Route, world: World) => {
    const sent = requestTo(route, world);
    if (acts(route))
      return withEachHeaders(withHeaders(sent, { origin, cookie: world.cookie }), variants, {
        right: [403],
        wrong: mentionsEvil,
      });
    // The inbox of a development machine is not for whoever comes through a proxy.
    const right = variants === claims && route.path.startsWith("/dev/mail") ? 404 : route.status;
    return withEachHeaders(sent, variants, { right: [right], wrong: mentionsEvil });
  };
  return { id, what, attempts };
}

function hostAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  const hosts = [
    evil,
    "localhost",
    "localhost:3001",
    `localhost:3000.${evil}`,
    `user@localhost:3000`,
    `localhost:3000, ${evil}`,
    `localhost:3000@${evil}`,
    `localhost:3000/${evil}`,
    `localhost:3000#.${evil}`,
    `localhost:3000?${evil}`,
    `[::1]:3001`,
    "",
  ];
  const strange = hosts.map((host) => {
    const served = anyHost.includes(route.path) && !host.includes(",");
    return {
      what: `Host ${host}`,
      sent: withHeaders(sent, { host }),
      right: served ? [route.status] : [421],
      wrong: mentionsEvil,
    };
  });
  const own = acts(route) || route.method === "OPTIONS" ? [421] : [307];
  const byNumber = {
    what: "Host 127.0.0.1:3000",
    sent: withHeaders(sent, { host: "127.0.0.1:3000" }),
    right: anyHost.includes(route.path) ? [route.status] : own,
  };
  return [...strange, byNumber];
}

function methodAttempts(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  const other = ["PUT", "DELETE", "PATCH", "PROPFIND"].map((method) => ({
    what: method,
    sent: { ...sent, method },
    right: [404, 405],
  }));
  const noGrant: Attempt["wrong"] = ({ headers }) =>
    headers.has("access-control-allow-origin") ? "grants access to a stranger" : undefined;
  const preflight = {
    ...withHeaders(sent, { origin: `https://${evil}`, "access-control-request-method": "POST" }),
    method: "OPTIONS",
    body: undefined,
  };
  const asked = { what: "OPTIONS from elsewhere", sent: preflight, right: [204, 404, 405], wrong: noGrant };
  if (!reads(route)) return [...other, asked];
  const head = {
    what: "HEAD",
    sent: { ...sent, method: "HEAD" },
    right: route.path === "/api/auth/get-session" ? [404] : [route.status],
  }; // Better Auth has no HEAD
  const foreign = {
    what: "GET from elsewhere",
    sent: withHeaders(sent, { origin: `https://${evil}` }),
    right: [route.status],
    wrong: noGrant,
  };
  return [...other, asked, head, foreign];
}

/** What htmx says of itself, made up. */
const htmxClaims = {
  "hx-request": "true",
  "hx-current-url": `https://${evil}/`,
  "hx-target": "<script>",
  "hx-trigger": "x",
  "hx-boosted": "true",
};

/** What htmx says of itself decides how an answer looks, and nothing else. */
function htmxAttempts(route: Route, world: World): Attempt[] {
  const sent = withHeaders(requestTo(route, world), htmxClaims);
  const attempt = { what: "claims htmx", sent, wrong: mentionsEvil };
  if (acts(route)) return [{ ...attempt, sent: withHeaders(sent, { origin: `https://${evil}` }), right: [403] }];
  const fragment = (status: number) => (status === 303 ? 204 : status);
  const varies: Attempt["wrong"] = (got) =>
    mentionsEvil(got) ??
    (route.path.startsWith("/dev/") || got.headers.get("vary")?.includes("HX-Request")
      ? undefined
      : "does not vary by HX-Request");
  const claimed = {
    ...attempt,
    right: [fragment(route.status)],
    wrong: route.type === "page" ? varies : mentionsEvil,
  };
  const stranger =
    route.nobody === undefined
      ? []
      : [{ ...attempt, sent: withHeaders(sent, { cookie: undefined }), right: [fragment(route.nobody)] }];
  const accepts = saying(
    ...["application/json", "*/*;q=0", "image/png", "", `text/html;${evil}`].map((accept) => ({
      accept,
      "accept-language": `${evil};q=x,-,*`,
    })),
  );
  return [
    claimed,
    ...stranger,
    ...withEachHeaders(requestTo(route, world), accepts, { right: [route.status], wrong: mentionsEvil }),
  ];
}

const cacheHeaders = saying(
  { "cache-control": "only-if-cached" },
  { "cache-control": "max-stale=9999", pragma: "x" },
  { "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" },
  { "if-none-match": '"x", W/"y"' },
);

function cacheAttempts(route: Route, world: World): Attempt[] {
  if (acts(route) || route.type === "file") return [];
  const varies: Attempt["wrong"] = ({ headers, status }) =>
    [200, 204].includes(status) &&
    (route.type === "page" || /^\/api\/(session|forward-auth)$/.test(route.path)) &&
    !route.path.startsWith("/dev/") &&
    !headers.get("vary")?.includes("Cookie")
      ? "does not vary by cookie"
      : undefined;
  return withEachHeaders(requestTo(route, world), cacheHeaders, { right: [route.status], wrong: varies });
}

const claims = saying(
  { "x-forwarded-host": evil },
  { "x-forwarded-host": evil, "x-forwarded-proto": "https" },
  { "x-forwarded-port": "8443", "x-forwarded-prefix": `//${evil}` },
  { forwarded: `for=1.2.3.4;host=${evil};proto=https` },
  { "x-real-ip": "1.2.3.4", "x-client-ip": "1.2.3.4" },
  { "x-host": evil, "x-forwarded-server": evil },
);
const conditions = saying(
  { expect: "100-continue" },
  {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  },
  { range: "bytes=0-1" },
  { "if-none-match": "*" },
  { "if-match": '"x"' },
  { te: "trailers" },
);
const overrides = saying(
  { "x-http-method-override": "DELETE" },
  { "x-http-method-override": "GET" },
  { "x-http-method": "POST", "x-method-override": "POST" },
  { "x-original-url": "/account/delete" },
  { "x-rewrite-url": "/livez" },
);

/** Headers, for every route: who asks, from where, and for what. */
export const headerRows: readonly Row[] = [
  { id: "H1", what: "a host that is not ours", attempts: hostAttempts },
  harmlessRow("H3", "a claim to be another host, from nobody we trust", claims),
  { id: "H9", what: "another method", attempts: methodAttempts },
  harmlessRow("H10", "conditions", conditions),
  harmlessRow("H11", "another method or address, by header", overrides),
  { id: "H12", what: "a claim to be htmx, or to accept something else", attempts: htmxAttempts },
  { id: "F18", what: "wishes of a cache", attempts: cacheAttempts },
];

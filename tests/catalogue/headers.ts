import type { Got } from "../support/harness";
import { requestTo, type Route, type Sent } from "./routes";
import { acts, isForm, reads, withBody, withHeaders, type Attempt, type Row } from "./row";
import { trustedOrigin, type World } from "./world";

const evil = "evil.example";
const anyHost = ["/api/session", "/api/forward-auth", "/livez", "/readyz"];
const mentionsEvil = ({ text, location }: Got) =>
  text.includes("evil") || location?.includes("evil") ? "repeats what it was told" : undefined;

/** The same request once for each set of headers, with one right answer. */
const each = (
  sent: Sent,
  variants: Record<string, Sent["headers"]>,
  right: readonly number[],
  more: Partial<Attempt> = {},
): Attempt[] =>
  Object.entries(variants).map(([what, headers]) => ({ what, sent: withHeaders(sent, headers), right, ...more }));

/** Sets of headers, called by what they say. */
const saying = (...all: Sent["headers"][]): Record<string, Sent["headers"]> =>
  Object.fromEntries(all.map((headers) => [JSON.stringify(headers), headers]));
const origins = (...all: string[]) => saying(...all.map((origin) => ({ origin })));

/** Headers that must change nothing for who reads, and open nothing to who posts from elsewhere. */
function harmlessRow(
  id: string,
  what: string,
  variants: Record<string, Sent["headers"]>,
  origin = `https://${evil}`,
): Row {
  const attempts = (route: Route, world: World) => {
    const sent = requestTo(route, world);
    if (acts(route))
      return each(withHeaders(sent, { origin, cookie: world.cookie }), variants, [403], { wrong: mentionsEvil });
    const right = variants === claims && route.path.startsWith("/dev/mail") ? 404 : route.status; // not for whoever comes through a proxy
    return each(sent, variants, [right], { wrong: mentionsEvil });
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

const elsewhere = [
  "null",
  `https://${evil}`,
  `http://localhost:3000.${evil}`,
  "http://localhost:3001",
  "http://localhost",
  "https://localhost:3000",
  `http://localhost:3000@${evil}`,
  `http://localhost:3000, https://${evil}`,
  "http://127.0.0.1:3000",
  "http://sub.localhost:3000",
  "file://",
  "*",
];
const nearlyOurs = ["http://localhost:3000/", "HTTP://LOCALHOST:3000", " ", trustedOrigin];

/** Every POST as the victim's browser would send it, cookies and all, from a page that is not ours. */
function originAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const sent = withHeaders(requestTo(route, world), { cookie: requestTo(route, world).headers.cookie ?? world.cookie });
  return each(
    sent,
    { ...origins(...elsewhere, ...(isForm(route) ? nearlyOurs : [])), "no Origin": { origin: undefined } },
    [403],
  );
}

/** Signing a victim in to the attacker's account: there is no cookie yet to protect. */
function loginAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route) || !/^(\/api\/auth)?\/sign-(in|up)/.test(route.path)) return [];
  const sent = requestTo(route, world);
  const from = (site: string, mode: string, origin?: string) => ({
    "sec-fetch-site": site,
    "sec-fetch-mode": mode,
    "sec-fetch-dest": mode === "navigate" ? "document" : "empty",
    origin,
  });
  const foreign = [
    from("cross-site", "navigate"),
    from("cross-site", "navigate", "null"),
    from("cross-site", "navigate", `https://${evil}`),
    from("cross-site", "no-cors"),
    from("cross-site", "no-cors", `https://${evil}`),
    from("same-site", "navigate", "http://sub.localhost:3000"),
    from("same-site", "no-cors"),
    from("", "navigate", `https://${evil}`),
  ];
  const disguised = isForm(route)
    ? [
        from("cross-site", "navigate", world.gatehouse.origin),
        from("same-site", "navigate", world.gatehouse.origin),
        from("SAME-ORIGIN ", "navigate", "null"),
        from("same-origin, cross-site", "navigate", world.gatehouse.origin),
      ]
    : [];
  return each(sent, saying(...foreign, ...disguised), [403]);
}

/** An old browser says where it comes from in its Referer only. */
function refererAttempts(route: Route, world: World): Attempt[] {
  if (!isForm(route)) return [];
  const sent = withHeaders(requestTo(route, world), { origin: undefined });
  const { origin } = world.gatehouse;
  const strange = [
    `https://${evil}/`,
    `https://${evil}/${origin}/sign-in`,
    `${origin}.${evil}/`,
    `http://localhost:3001/sign-in`,
    `https://localhost:3000/`,
    `http://localhost:3000@${evil}/`,
    "about:client",
    "no address",
    "",
    "/sign-in",
  ];
  const ours = saying(
    { referer: `${origin}/sign-in?a=b#c` },
    { referer: origin },
    { origin: "null", "sec-fetch-site": "same-origin" },
    { origin, "sec-fetch-site": "none" },
  );
  const good = route.empty === undefined ? [] : each(withBody(sent, ""), ours, [route.empty]);
  return [...each(sent, saying(...strange.map((referer) => ({ referer }))), [403]), ...good];
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

/** What htmx says of itself decides how an answer looks, and nothing else. */
function htmxAttempts(route: Route, world: World): Attempt[] {
  const claims = {
    "hx-request": "true",
    "hx-current-url": `https://${evil}/`,
    "hx-target": "<script>",
    "hx-trigger": "x",
    "hx-boosted": "true",
  };
  const sent = withHeaders(requestTo(route, world), claims);
  if (acts(route))
    return [
      {
        what: "htmx from elsewhere",
        sent: withHeaders(sent, { origin: `https://${evil}` }),
        right: [403],
        wrong: mentionsEvil,
      },
    ];
  const fragment = (status: number) => (status === 303 ? 204 : status);
  const varies: Attempt["wrong"] = (got) =>
    mentionsEvil(got) ??
    (route.path.startsWith("/dev/") || got.headers.get("vary")?.includes("HX-Request")
      ? undefined
      : "does not vary by HX-Request");
  const claimed = {
    what: "claims htmx",
    sent,
    right: [fragment(route.status)],
    wrong: route.type === "page" ? varies : mentionsEvil,
  };
  const stranger =
    route.nobody === undefined
      ? []
      : [
          {
            what: "claims htmx, without a cookie",
            sent: withHeaders(sent, { cookie: undefined }),
            right: [fragment(route.nobody)],
            wrong: mentionsEvil,
          },
        ];
  const accepts = saying(
    ...["application/json", "*/*;q=0", "image/png", "", `text/html;${evil}`].map((accept) => ({
      accept,
      "accept-language": `${evil};q=x,-,*`,
    })),
  );
  return [claimed, ...stranger, ...each(requestTo(route, world), accepts, [route.status], { wrong: mentionsEvil })];
}

/** The forms as a hostile page would post them in the victim's browser. */
function forgeryAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  const browser = {
    origin: `https://${evil}`,
    referer: `https://${evil}/`,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-user": "?1",
  };
  const sent = requestTo(route, world);
  const cookie = sent.headers.cookie ?? world.cookie;
  return each(
    withHeaders(sent, { cookie }),
    {
      "a form": browser,
      "in a frame": { ...browser, "sec-fetch-dest": "iframe" },
      "of a sandbox": { ...browser, origin: "null", referer: undefined },
      "a script": { ...browser, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty" },
    },
    [403],
  );
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
  return each(requestTo(route, world), cacheHeaders, [route.status], { wrong: varies });
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
  { id: "H5", what: "an Origin that is not ours", attempts: originAttempts },
  { id: "H6", what: "a sign-in that another site sends", attempts: loginAttempts },
  { id: "H7", what: "no Origin, only a Referer", attempts: refererAttempts },
  { id: "H9", what: "another method", attempts: methodAttempts },
  harmlessRow("H10", "conditions", conditions),
  harmlessRow("H11", "another method or address, by header", overrides),
  { id: "H12", what: "a claim to be htmx, or to accept something else", attempts: htmxAttempts },
  { id: "F17", what: "a form of another site, with the victim's cookies", attempts: forgeryAttempts },
  { id: "F18", what: "wishes of a cache", attempts: cacheAttempts },
];

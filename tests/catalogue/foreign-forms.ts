import { requestTo } from "./request";
import type { Route } from "./route";
import { acts, isForm, withBody, withHeaders, type Attempt, type Row } from "./row";
import { evil, saying, withEachHeaders } from "./header-variants";
import { trustedOrigin, type World } from "./world";

const origins = (...all: string[]) => saying(...all.map((origin) => ({ origin })));

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
  return withEachHeaders(
    sent,
    { ...origins(...elsewhere, ...(isForm(route) ? nearlyOurs : [])), "no Origin": { origin: undefined } },
    { right: [403] },
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
  return withEachHeaders(sent, saying(...foreign, ...disguised), { right: [403] });
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
  const good = route.empty === undefined ? [] : withEachHeaders(withBody(sent, ""), ours, { right: [route.empty] });
  return [...withEachHeaders(sent, saying(...strange.map((referer) => ({ referer }))), { right: [403] }), ...good];
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
  return withEachHeaders(
    withHeaders(sent, { cookie }),
    {
      "a form": browser,
      "in a frame": { ...browser, "sec-fetch-dest": "iframe" },
      "of a sandbox": { ...browser, origin: "null", referer: undefined },
      "a script": { ...browser, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty" },
      ...(isForm(route) && { "with our own Origin": { ...browser, origin: world.gatehouse.origin } }),
    },
    { right: [403] },
  );
}

/** Forms of other sites, as a browser would send them for whoever is signed in here. */
export const foreignFormRows: readonly Row[] = [
  { id: "H5", what: "an Origin that is not ours", attempts: originAttempts },
  { id: "H6", what: "a sign-in that another site sends", attempts: loginAttempts },
  { id: "H7", what: "no Origin, only a Referer", attempts: refererAttempts },
  { id: "F17", what: "a form of another site, with the victim's cookies", attempts: forgeryAttempts },
];

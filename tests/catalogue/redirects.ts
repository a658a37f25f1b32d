import { asForm, requestTo, type Route } from "./routes";
import { acts, isForm, isJson, withBody, withHeaders, type Attempt, type Row } from "./row";
import type { World } from "./world";
import type { Got } from "../support/harness";

/** Addresses that lead away, or would for some reader; each has `evil` in it, so that it is found wherever it comes back. */
const away = {
  R1: [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%2fevil.example",
    "/%2F%2fevil.example",
    "/\tevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "//evil.example/%2f..",
    "/\0/evil.example",
    "/\u00a0/evil.example",
    "//evil.example:80",
    "//user@evil.example",
  ],
  R2: [
    "/.//evil.example",
    "/..//evil.example",
    "/x/../..//evil.example",
    "/./\\evil.example",
    "/%2e//evil.example",
    "/%2e%2e//evil.example",
    "/x/..%2f/../..//evil.example",
    "/.//.//evil.example",
  ],
  R3: [
    "https:evil.example",
    "https:/evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https://evil.example",
    "HTTPS://EVIL.example/evil",
    " javascript:alert('evil')",
    "java\nscript:alert('evil')",
    "JaVaScRiPt:alert('evil')",
    "javascript://localhost:3000/%0aalert('evil')",
    "data:text/html,evil",
    "vbscript:evil",
    "blob:http://localhost:3000/evil",
    "file:///evil",
    "view-source:http://localhost:3000/evil",
    "ftp://evil.example",
    "mailto:a@evil.example",
    "evil.example",
    "evil",
    "?evil",
    "#evil",
    "./evil",
    "../evil",
    "@evil.example",
    ":evil",
    "*/evil",
  ],
  R4: [
    "http://localhost:3000@evil.example",
    "http://localhost:3000.evil.example",
    "http://evil.example#http://localhost:3000",
    "http://evil.example?http://localhost:3000",
    "http://evil.example\\@localhost:3000",
    "http://localhost:3000\\@evil.example",
    "http://localhost:3000\\.evil.example",
    "http://localhost:3000%40evil.example",
    "http://localhost:3000:80@evil.example",
    "http://evil@localhost:3000/",
    "http://a:evil@localhost:3000/",
    "https://docs.example.com@evil.example",
    "https://docs.example.com\\@evil.example",
    "https://docs.example.com:443@evil.example",
    "https://evil@docs.example.com/",
    "https://docs.example.com%2eevil.example",
    "https://docs.example.com%00.evil.example",
    "https://docs.example.com//\\@evil.example",
  ],
  R5: [
    "http://\u24dbocalhost:3000/evil",
    "http://localhost\u3002:3000/evil",
    "http://127.0.0.1:3000/evil",
    "http://[::1]:3000/evil",
    "http://2130706433:3000/evil",
    "http://0x7f.1:3000/evil",
    "http://localhost.:3000/evil",
    "http://localhost:3001/evil",
    "http://localhost/evil",
    "https://localhost:3000/evil",
    "http://docs.example.com/evil",
    "https://docs.example.com:444/evil",
    "https://docs.example.com./evil",
    "https://docs.ex\u0430mple.com/evil",
    "https://\uff44ocs.example.com/evil",
    "https://docs\u3002example\u3002com/evil",
    "HTTPS://docs.example.com/evil",
    "https://DOCS.example.com/evil",
    "https:docs.example.com/evil",
    "https:\\\\docs.example.com/evil",
  ],
  R6: [
    "https://a.docs.example.com/evil",
    "https://a.b.docs.example.com/evil",
    "https://evildocs.example.com",
    "https://docs.example.com.evil.example",
    "https://docs.example.comevil",
    "https://example.com/evil",
    "https://x.docs.example.com@evil.example",
    "https://*.example.com/evil",
    "https://docs-example.com/evil",
    "https://docs.example.org/evil",
    "https://docs.example.com%evil",
    "null/evil",
    "*evil",
  ],
  R7: [
    "/a\r\nSet-Cookie: evil=1",
    "/a\nevil",
    "/a\0evil",
    "/a\u0085evil",
    "/a evil",
    "/a\u2028evil",
    `/evil${"x".repeat(2100)}`,
    `/evil${"\u00e9".repeat(1000)}${"x".repeat(1100)}`,
  ],
};

/** Odd, but of this very host whoever reads them: they may be followed, as they are or not at all. */
const odd = [
  "/+//evil.example",
  "/x//evil.example",
  "/a%0d%0aSet-Cookie:evil=1",
  "/;//evil.example",
  "/x/..;/evil",
  "/@evil.example",
  "/:evil",
  "/http://evil.example",
  "/x?u=//evil.example",
  "/x#//evil.example",
  "/evil/%2e%2e/%2fx",
  "/%09/evil.example",
  "/%00/evil",
  "/\u00e9vil",
  "https://docs.example.com/%2f/evil",
  "https://docs.example.com//evil.example",
  "https://docs.example.com/?@evil.example",
  "https://docs.example.com#@evil.example",
];

const namesOf = (route: Route) =>
  Object.entries(route.fields).flatMap(([name, kind]) => (kind === "return_to" ? [name] : []));
const keepsEvil: Attempt["wrong"] = ({ location, page }: Got) => {
  const places = [
    location ?? "",
    ...page.querySelectorAll("[name=return_to]").map(String),
    ...page.querySelectorAll("main a").map((link) => link.getAttribute("href") ?? ""),
  ];
  return places.find((place) => place.toLowerCase().includes("evil")) && "keeps what leads away";
};

/** Every way to hand a `return_to` to a route that changes nothing: to whom it would send on, and to whom it would show a form. */
function carriers(route: Route, world: World, target: string): Pick<Attempt, "what" | "sent" | "right" | "hashes">[] {
  const [name] = namesOf(route);
  if (name === undefined) return [];
  const good = { ...route.values(world), [name]: target };
  const what = JSON.stringify(target).slice(0, 70);
  if (!acts(route)) {
    const sent = requestTo(route, world, good);
    return [
      { what, sent: withHeaders(sent, { cookie: undefined }), right: [200, 303] },
      { what: `${what}, signed in`, sent: withHeaders(sent, { cookie: world.cookie }), right: [200, 303] },
    ];
  }
  if (route.path === "/sign-out")
    return [{ what, sent: withHeaders(requestTo(route, world, good), { cookie: undefined }), right: [303] }];
  if (route.act === "resend")
    return [{ what, sent: requestTo(route, world, { ...good, email: "nobody@example.org" }), right: [303] }];
  return [
    {
      what: `${what}, refused`,
      sent: requestTo(route, world, { ...good, password: "", code: "" }),
      right: [isJson(route) ? 400 : 422],
    },
  ];
}

/** A sign-in with the right password, on a browser the victim knows. */
const signIn = (route: Route, world: World, target: string): Attempt[] => {
  if (route.path !== "/sign-in" || !isForm(route)) return [];
  const device = world.cookie.split("; ").find((pair) => pair.startsWith("gatehouse.device="));
  return [
    {
      what: `${JSON.stringify(target).slice(0, 70)}, on success`,
      sent: withHeaders(requestTo(route, world, { ...route.values(world), return_to: target }), { cookie: device }),
      right: [303],
      hashes: true,
      signsIn: true,
    },
  ];
};

/** What Better Auth's API repeats it must have understood: with anything else it does nothing. */
const callback = (route: Route, world: World, target: unknown): Attempt[] =>
  isJson(route)
    ? namesOf(route).map((name) => ({
        what: JSON.stringify(target).slice(0, 70),
        sent: requestTo(route, world, { ...route.values(world), [name]: target }),
        right: [400, 403],
      }))
    : [];

function redirectRow(id: keyof typeof away, what: string): Row {
  const attempts = (route: Route, world: World) =>
    away[id].flatMap((target) => [
      ...(isJson(route) ? callback(route, world, target) : carriers(route, world, target)).map((attempt) => ({
        ...attempt,
        wrong: keepsEvil,
      })),
      ...(away[id].indexOf(target) % 2 === 0 || id === "R2"
        ? signIn(route, world, target).map((attempt) => ({
            ...attempt,
            wrong: (got: Got) => (got.location === "/account" ? undefined : `leads to ${got.location}`),
          }))
        : []),
    ]);
  return { id, what, attempts };
}

const oddRow: Row = {
  id: "R2",
  what: "an odd path of this host",
  attempts: (route, world) => (isJson(route) ? [] : odd.flatMap((target) => carriers(route, world, target))),
};

/** A page that leads on, with its own `return_to` bad: that one is checked again when it is used. */
const nestedRow: Row = {
  id: "R8",
  what: "a good address with a bad one in it",
  attempts: (route, world) => {
    const targets = [
      "/sign-in?return_to=//evil.example",
      "/sign-out?return_to=https://evil.example",
      "/sign-up?return_to=%2F%2Fevil.example",
      "/verify-email?return_to=javascript:alert('evil')",
    ];
    return isJson(route)
      ? []
      : targets
          .flatMap((target) => [...carriers(route, world, target), ...signIn(route, world, target)])
          .map((attempt) => ({ ...attempt, nests: true }));
  },
};

/** Two of them, in two places: the one that was checked is the one that is used. */
function twiceAttempts(route: Route, world: World): Attempt[] {
  const [name] = namesOf(route);
  if (name === undefined) return [];
  const [sent, bad] = [requestTo(route, world), `${name}=${encodeURIComponent("//evil.example")}`];
  if (!acts(route)) {
    const paths = [
      `${route.path}?${bad}&${name}=/account`,
      `${route.path}?${name}=/account&${bad}`,
      `${route.path}?${name}[]=//evil.example`,
      `${route.path}?next=//evil.example&redirect=//evil.example&callbackURL=//evil.example`,
    ];
    const referred = {
      what: "Referer",
      sent: withHeaders({ ...sent, path: route.path }, { referer: "https://evil.example/", cookie: undefined }),
      right: [200, 303],
      wrong: keepsEvil,
    };
    return [
      ...paths.map((path) => ({ what: path, sent: { ...sent, path }, right: [200, 303], wrong: keepsEvil })),
      referred,
    ];
  }
  const refused = { ...route.values(world), password: "", code: "", email: "" };
  const inQuery = {
    what: "bad in the address, good in the body",
    sent: withHeaders({ ...requestTo(route, world, refused), path: `${route.path}?${bad}` }, { cookie: undefined }),
    right: route.path === "/sign-out" ? [303] : isJson(route) ? [400, 403] : [422],
    wrong: keepsEvil,
  };
  if (isJson(route))
    return [inQuery, ...[[], {}, ["/account"], 1, true].flatMap((target) => callback(route, world, target))];
  const twice = [`${bad}&${name}=/account`, `${name}=/account&${bad}`].map((body) => ({
    what: body,
    sent: withBody(sent, `${asForm(refused)}&${body}`),
    right: [400],
    wrong: keepsEvil,
  }));
  return [inQuery, ...twice];
}

/** Where to go afterwards, for every route that is told. */
export const redirectRows: readonly Row[] = [
  redirectRow("R1", "a host that looks like a path"),
  redirectRow("R2", "a path that becomes a host"),
  oddRow,
  redirectRow("R3", "another scheme"),
  redirectRow("R4", "a host that is something else"),
  redirectRow("R5", "another spelling of this host"),
  redirectRow("R6", "nearly the trusted host"),
  redirectRow("R7", "lines, controls and length"),
  nestedRow,
  { id: "R9", what: "several at once", attempts: twiceAttempts },
];

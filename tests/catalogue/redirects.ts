import { away, odd } from "./redirect-targets";
import { asForm, requestTo } from "./request";
import type { Route } from "./route";
import { acts, isForm, isJson, withBody, withHeaders, type Attempt, type Row } from "./row";
import type { World } from "./world";
import type { Got } from "../support/harness";

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

/**
 * Every way to hand a `return_to` to a route that changes nothing:
 * to whom it would send on, and to whom it would show a form.
 */
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
    right: route.path === "/sign-out" ? [303] : isJson(route) ? [400, 403] : [route.nobody ?? 422],
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

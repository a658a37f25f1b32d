import { formWith, multipart, stripes } from "../support/pictures";
import type { Route } from "./route";
import type { World } from "./world";

/** One request, as it goes out: a header that is undefined is left out. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** The good request of a route, or one that is good but for these values. */
export function requestTo(route: Route, world: World, values: Record<string, unknown> = route.values(world)): Sent {
  const cookie = route.as && cookiesIn(world)[route.as];
  const given = new Map(Object.entries(values));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(given.get(name)));
    given.delete(name);
    return value;
  });
  if (route.method !== "POST") {
    const query = asForm(Object.fromEntries(given));
    return { method: route.method, path: query ? `${path}?${query}` : path, headers: { cookie } };
  }
  const headers = { cookie, origin: world.gatehouse.origin };
  if (route.type === "upload")
    return { method: "POST", path, headers: { ...headers, "content-type": multipart }, body: formWith(stripes()) };
  const type = route.type === "json" ? "application/json" : "application/x-www-form-urlencoded";
  const body = route.type === "json" ? JSON.stringify(values) : asForm(values);
  return { method: "POST", path, headers: { ...headers, "content-type": type }, body };
}

const cookiesIn = (world: World) => ({
  member: world.cookie,
  unproven: world.unproven,
  newcomer: world.newcomerCookie,
  waiting: world.secondFactor.waiting.cookie,
  settingUp: world.secondFactor.settingUp.cookie,
  unopened: world.unopened.cookie,
  admin: world.administered.cookie,
  equipped: world.secondFactor.equipped,
});

/** Fields as a form writes them: any Unicode, half characters too. */
export const asForm = (values: Record<string, unknown>): string =>
  new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)])).toString();

/** What a route is called in a failure. */
export const titleOf = ({ method, path, act }: Route): string => `${method} ${path}${act ? ` (${act})` : ""}`;

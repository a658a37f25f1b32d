import type { Got } from "../support/harness";
import { requestTo, type Sent } from "./request";
import type { FieldKind, Route } from "./route";
import type { World } from "./world";

/** One row of the catalogue of bad inputs: what it sends to each route that it fits. */
export interface Row {
  id: string;
  what: string;
  attempts(route: Route, world: World): Attempt[];
}

/**
 * A row of the catalogue that takes more than one request to tell; gives how many it took, beside those that were
 * judged.
 */
export interface Scenario {
  id: string;
  what: string;
  run(world: World): Promise<number>;
}

/** One request of a row, and what is right to answer. */
export interface Attempt {
  /** What is sent, in words for a failure. */
  what: string;
  sent: Sent;
  right: readonly number[];
  /** What else is wrong with the answer, in words; undefined when nothing is. */
  wrong?(got: Got): string | undefined;
  /** Hashes a password, so it may take longer. */
  hashes?: boolean;
  /** Signs somebody in, rightly: what it changed is put back. */
  signsIn?: boolean;
  /** The cookie was good once, and may be taken from the browser. */
  clears?: boolean;
  /** The answer may lead to a page whose own `return_to` is bad, because that is checked again there. */
  nests?: boolean;
}

/** A request with other headers; one that is undefined is left out. */
export const withHeaders = (sent: Sent, headers: Sent["headers"]): Sent => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
});

/** A request with another body. */
export const withBody = (sent: Sent, body: Sent["body"], headers: Sent["headers"] = {}): Sent => ({
  ...withHeaders(sent, headers),
  body,
});

/** Whether a POST acts for somebody: what a stranger's page could try to make a victim's browser send. */
export const acts = ({ method }: Route): boolean => method === "POST";
export const reads = ({ method }: Route): boolean => method === "GET";
export const isForm = ({ method, type }: Route): boolean => method === "POST" && type !== "json" && type !== "upload";
export const isJson = ({ type }: Route): boolean => type === "json";

/** What a route says to a field that is wrong. */
export const refusal = (route: Route): number => route.wrong ?? (isJson(route) ? 400 : 422);

const largestBody = 64 * 1024;
const longestAddress = 8 * 1024;

/** A request that is too large is refused for that, before anybody looks into it. */
function rightFor({ method, path, body = "" }: Sent, right: number): number[] {
  if (method !== "POST") return path.length > longestAddress ? [404] : [right];
  return Buffer.byteLength(body) > largestBody ? [413] : [right];
}

interface FieldRow {
  id: string;
  what: string;
  kinds: readonly FieldKind[];
  /** What is put into the field, by what to call it. */
  values(field: { route: Route; name: string; good: Record<string, unknown>; world: World }): Record<string, unknown>;
  right?(route: Route, value: unknown): number;
  more?(value: unknown, route: Route): Partial<Attempt>;
}

/** A row that puts values into each field of a kind, one at a time, the other fields being good. */
export function fieldRow({ id, what, kinds, values, right = refusal, more = () => ({}) }: FieldRow): Row {
  const attempts = (route: Route, world: World) =>
    Object.entries(route.fields).flatMap(([name, kind]) => {
      if (!kinds.includes(kind)) return [];
      const good = route.values(world);
      return Object.entries(values({ route, name, good, world })).map(([label, value]) => {
        const sent = requestTo(route, world, { ...good, [name]: value });
        return { what: `${name}: ${label}`, sent, right: rightFor(sent, right(route, value)), ...more(value, route) };
      });
    });
  return { id, what, attempts };
}

/** Each value under its own name, cut for a failure's sake. */
export const named = (...values: unknown[]): Record<string, unknown> =>
  Object.fromEntries(values.map((value) => [JSON.stringify(value)?.slice(0, 60) ?? "undefined", value]));

/** The same request with each of these bodies. */
export const withEach = (sent: Sent, bodies: Record<string, NonNullable<Sent["body"]>>, right: number): Attempt[] =>
  Object.entries(bodies).map(([what, body]) => ({
    what,
    sent: withBody(sent, body),
    right: rightFor(withBody(sent, body), right),
  }));

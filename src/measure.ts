import { within } from "../db/deadline";
import type { Database } from "../db/types";
import type { Measure } from "./http/edge";
import type { Sender } from "./mail/sender";
import { changesPath } from "./http/paths";
import type { Metrics } from "./process/metrics";
import type { SessionCache } from "./session/cache";
import type { Changes } from "./session/changes";
import type { CheckCounts } from "./session/counts";

interface Watched {
  database: Database;
  sessionCache: SessionCache;
  changes?: Changes;
  checkCounts: CheckCounts;
  sender?: Sender;
}

/** Has the metrics read, whenever they are asked for, what the parts of the program count and keep anyway. */
export function watchParts(metrics: Metrics, watched: Watched): void {
  const { database, sessionCache, changes, checkCounts, sender } = watched;
  metrics.watch(() => {
    const { entries, isBelieved } = sessionCache.state();
    return {
      gatehouse_session_checks_total: Object.entries(checkCounts).flatMap(([source, answers]) =>
        Object.entries(answers).map(([answer, count]) => [{ answer, source }, count] as const),
      ),
      gatehouse_session_cache_entries: [[{}, entries]],
      gatehouse_session_cache_believed: [[{}, Number(isBelieved)]],
      gatehouse_db_connections: labelled("state", database.connections?.() ?? {}),
    };
  });
  if (changes)
    metrics.watch(() => {
      const { waiting, counts } = changes.state();
      return {
        gatehouse_change_polls_waiting: [[{}, waiting]],
        gatehouse_change_polls_total: labelled("answer", counts),
      };
    });
  if (sender)
    metrics.watch(async () => {
      const { count, oldestSeconds } = await within(longestLook, sender.waiting());
      return { gatehouse_outbox_waiting: [[{}, count]], gatehouse_outbox_oldest_age_seconds: [[{}, oldestSeconds]] };
    });
}

const labelled = (label: string, counts: Record<string, number>) =>
  Object.entries(counts).map(([value, count]) => [{ [label]: value }, count] as const);

const longestLook = 300; // milliseconds: a supervisor waits a second for all that a worker has to tell

/** Measures requests by the route that they met, so that no path that is asked for makes a label. Not what is held. */
export function createMeasure(metrics: Metrics, routes: readonly { path: string }[]): Measure {
  const exact = new Set(routes.map(({ path }) => path));
  const open = [...exact].filter((path) => /[:*]/.test(path));
  const beginnings = open.map((path) => [path, path.replace(/[:*].*$/, "")] as const);
  const routeOf = (pathname: string) =>
    exact.has(pathname) ? pathname : (beginnings.find(([, begin]) => pathname.startsWith(begin))?.[0] ?? "other");
  return ({ pathname, method, status, seconds }) => {
    if (pathname === changesPath) return; // which wait because they are to
    metrics.observe("gatehouse_http_request_duration_seconds", seconds, {
      route: routeOf(pathname),
      method: methods.has(method) ? method : "other",
      code: String(status),
    });
  };
}

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

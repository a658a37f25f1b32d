import { mutationsOf } from "./mutation";

const pool = "faults/check-pool";
const quick = "every-database/quick-edge";

/** What session checks ask, and what answers them. */
export const ofChecks = [
  ...mutationsOf("db/checks/pool.ts", [
    ["if (connection.usedAt > trustedSince) return", "return", pool],
    ["losses <= pool.limits.connections && isWorthAsking(error)", "false", pool],
    ["losses <= pool.limits.connections && isWorthAsking(error)", "isWorthAsking(error)", pool],
    ["if (pool.all.size + pool.opening > 0) return;", "", pool],
    ["if (isUnused || now - connection.bornAt > longestLife) retire(", "if (isUnused) retire(", pool],
    ["pool.all.size > 1 && now", "now", pool],
    ["pool.isClosed || connection.usedAt - connection.bornAt > pool.limits.longestLife", "pool.isClosed", pool],
    ["waiting[0]?.token !== null && ", "", pool],
    ["for (const { refuse } of owed) refuse(", "for (const { refuse } of []) refuse(", pool],
    ["await refuseStandby(client).catch(", "await Promise.resolve().catch(", "faults/failover"],
  ]),
  ...mutationsOf("db/pool.ts", [["if (lastUsed.has(client)) return client;", "return client;", "faults/failover"]]),
  ...mutationsOf("db/checks/alarm.ts", [
    ["pool.waiting[0] && pool.waiting[0].due <= now", "false", pool],
    ["if (asked.some(({ longest }) => askedAt + longest <= now)) connection.lose(tooLate());", "if (false) {}", pool],
  ]),
  ...mutationsOf("db/checks/connection.ts", [
    ["connection.lose(error as Error);", "throw error;", pool],
    ["row === undefined || isOfToken(row, token)", "true", pool],
  ]),
  ...mutationsOf("db/checks/row.ts", [
    ['text === "t"', "text !== null", "every-database/session-row"],
    ["proved?.factors === null ? null : proved", "proved", "every-database/session-row"],
  ]),
  ...mutationsOf("src/http/quick-edge.ts", [
    ["if (forwardedFor !== null) noticeProxy(forwardedFor, peer(request));", "", quick],
    ["poll();\n", "\n", quick],
    ["if (status === 503) health.suspectDatabase();", "", quick],
    ['if (health.isLeaving()) response.headers.set("connection", "close");', "", quick],
    ["isPlain(request, config.host) ? check(request, peer) : undefined", "check(request, peer)", quick],
    ["measure({ pathname, method, status, seconds: milliseconds / 1000 });", "", quick],
    ["    if (status >= 500)\n", "    if (false)\n", quick],
  ]),
];

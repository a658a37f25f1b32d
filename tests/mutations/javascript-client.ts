import { mutationsOf } from "./mutation";

const [reading, refusals] = ["javascript-client/reading", "javascript-client/refusals"];
const [settings, sharing] = ["javascript-client/settings", "javascript-client/sharing"];
const [polling, turns] = ["javascript-client/polling", "javascript-client/turns"];
const slips = "javascript-client/slips";
const [contract, live, memory] = ["contract", "live", "live-memory"].map((name) => `javascript-client/${name}`) as [
  string,
  string,
  string,
]; // three names

/** How the JavaScript client reads what comes in and what is answered, and what it keeps. */
export const ofJavascriptClient = [
  ...mutationsOf("clients/javascript/src/gatehouse.ts", [
    ["if (changes) refuseStrangers(request, settings);", "", refusals],
    ["fromMemory: fromMemory && !changes", "fromMemory", sharing, live],
    ["!(demands.fresh || demands.secondFactor)", "!demands.secondFactor", sharing, live],
    ["!(demands.fresh || demands.secondFactor)", "!demands.fresh", live],
    ["if (demands !== none) checkDemands(demands);", "", settings],
    ["if (!isPlain(demands)) throw", "if (false) throw", settings],
    [
      "check: async (request, ...more: unknown[]) => {\n      refuseDemands(more);",
      "check: async (request) => {",
      settings,
    ],
    [
      "who: async (request, ...more: unknown[]) => {\n      refuseDemands(more);",
      "who: async (request) => {",
      settings,
    ],
    ['if (typeof gatehouse?.require !== "function")', "if (false)", slips],
    ['if ("role" in demands &&', "if (false &&", settings],
    ["!user.roles.includes(role)", "!user.roles.join().includes(role)", refusals],
    ["if (emailVerified && ", "if (false && ", refusals],
    ["session.factors < 2", "session.factors < 1", refusals],
    ["if (fresh && ", "if (false && ", refusals],
    ["{ fromMemory = false } = {}", "{ fromMemory = true } = {}", sharing],
  ]),
  ...mutationsOf("clients/javascript/src/elysia.ts", [["if (context.onRequest) {", "if (false) {", slips]]),
  ...mutationsOf("clients/javascript/src/fastify.ts", [
    ['if (typeof reply?.code !== "function") throw', "if (false) throw", slips],
  ]),
  ...mutationsOf("clients/javascript/src/next.ts", [
    ['if (typeof request?.headers?.get !== "function") throw', "if (false) throw", slips],
  ]),
  ...mutationsOf("clients/javascript/src/request.ts", [
    ["found.has(name) ? twice : ", "", contract],
    ["sendable.test(value)", "value", contract, settings],
    [' || isWebSocket(headerOf(request, "upgrade"))', "", refusals],
    ["takeableId.test(id)", "id", settings],
  ]),
  ...mutationsOf("clients/javascript/src/json.ts", [
    ["if (!/^application\\/json\\s*(;|$)/i.test(type)) return undefined;", "", reading],
    ["fatal: true, ", "", reading],
    [" && !Number.isNaN(Date.parse(String(value)))", "", reading],
    ["day !== undefined && ", "", reading],
    [" && isDay(day)", "", reading],
    ["(?!0000)", "", reading],
    ["([01]\\d|2[0-3])", "\\d\\d", reading],
    [" && !/\\p{Cs}/u.test(value)", "", reading],
    ["Number(value) >= least", "true", reading],
  ]),
  ...mutationsOf("clients/javascript/src/caller.ts", [
    [' && said.error.code === "no_session"', "", reading],
    ["status === 200 && said === null", "said === null", reading],
    ["!isText(id) || !isText(email)", "!isText(email)", reading],
    ['|| typeof emailVerified !== "boolean" ', "", reading],
    [' || typeof fresh !== "boolean"', "", reading],
    [" || !isList(roles, isText)", "", reading],
    ['found === null || "user" in found', "!(found instanceof Promise)", refusals],
  ]),
  ...mutationsOf("clients/javascript/src/line.ts", [
    ['redirect: "manual", ', "", refusals],
    ['cache: "no-store"', "", refusals],
    ["[inTurn(work), over]", "[inTurn(work)]", turns],
    [", signal), over]", ", signal)]", turns],
    ["signal.aborted ? over : ", "", turns],
    [": terms.connections", ": Number.POSITIVE_INFINITY", sharing],
    ['givenUp?.addEventListener("abort", giveUp);', "", turns],
  ]),
  ...mutationsOf("clients/javascript/src/deadline.ts", [
    ["performance.now() < due + busyFor", "true", "javascript-client/busy"],
  ]),
  ...mutationsOf("clients/javascript/src/flights.ts", [
    ["    await queue.turn; // also", "    if (queue.turn) await queue.turn; // also", sharing],
    ["queues.size + underWay >= mostTasks", "false", sharing],
    [
      "settledWithin(putFor(cookie, queue.waiters.splice(0)), patience)",
      "putFor(cookie, queue.waiters.splice(0))",
      sharing,
    ],
    ["    if (queue.waiters.length === 0) queues.delete(cookie);", "", sharing],
    ["reject(new Unavailable(answer.message));", "reject(answer);", sharing],
  ]),
  ...mutationsOf("clients/javascript/src/desk.ts", [["else memory?.forget(cookie);", "", sharing, live]]),
  ...mutationsOf("clients/javascript/src/recent.ts", [
    ["Math.min(wall, Date.parse(caller.session.expiresAt) / 1000)", "wall", "javascript-client/recent"],
    ["if (asked.steady <= (kept", "if (false && (kept", "javascript-client/recent"],
    ["?? droppedAt", "?? Number.NEGATIVE_INFINITY", "javascript-client/recent"],
    ["= after(asked, seconds)", "= after(thisMoment(), seconds)", "javascript-client/recent"],
  ]),
  ...mutationsOf("clients/javascript/src/moment.ts", [
    ["now.steady >= moment.steady || ", "", memory, "javascript-client/recent"],
    [" || now.wall >= moment.wall", "", memory, "javascript-client/recent"],
  ]),
  ...mutationsOf("clients/javascript/src/express.ts", [
    ["if (response.headersSent) return;", "", "javascript-client/frameworks"],
    ["    next(fault);", "    throw fault;", "javascript-client/frameworks"],
  ]),
  ...mutationsOf("clients/javascript/src/options.ts", [
    ["  refuseUnknown(options, known);", "", settings],
    [" && new URL(text).origin === text", "", settings],
    ['host?.split(".").every(Boolean)', "host", settings],
    ["  checkMemory(options);", "", settings, live],
    ["  checkFunctions({ fetch, log });", "", settings],
    ["  checkReturnTo(returnTo);", "", settings],
    ["(?!\\/)", "", settings],
    ["log: neverFailing(log)", "log", "javascript-client/log"],
  ]),
  ...mutationsOf("clients/javascript/src/live-poller.ts", [
    ["this.#polled.memory.suspend();", "", "javascript-client/live-told"],
    ["if (why !== failure) log", "log", "javascript-client/live-told"],
    ["this.wantedAt < this.#polled.idle", "this.wantedAt < 1e9", live],
    ["    this.#running?.abort();", "", live],
    ["await pause(pauseMilliseconds, signal);", "", polling],
    ["if (resets > 1) await", "if (false) await", polling],
    ['    signal.addEventListener("abort", goOn);', "", polling],
  ]),
  ...mutationsOf("clients/javascript/src/one-connection.ts", [
    ["      if (!body) incoming.resume();", "     ", polling],
    ["        socket.destroy();", "", polling],
    ["        reject(new Unavailable(`answered with status ${statusCode}`));", "", polling],
  ]),
  ...mutationsOf("clients/javascript/src/live.ts", [
    ["if (asked.steady <= closedAt) return;", "", polling],
    ["inOwnContext(() => poller.start())", "poller.start()", polling],
  ]),
  ...mutationsOf("clients/javascript/src/live-memory.ts", [
    ["there >= kept.expires || ", "", memory],
    [" || there >= kept.created + this.#longest", "", memory],
    ["kept.caller = notFresh(kept.caller);", "return kept.caller;", memory],
    ["if (former && former.asked > asked) return;", "", memory],
    ["this.#drop(key); // what a write", "// what a write", memory],
    ["if (this.#resetAt >= since) return;", "", memory],
    ["[cookieMark + key, ...idsOf(caller)]", "idsOf(caller)", memory],
    ["asked - lagSeconds", "asked", memory],
    ["    if (own && own.size >= mostOfSession) this.#dropFirst(own);", "", memory],
    ["after(asked, leaseSeconds)", "after(now, leaseSeconds)", memory],
    ["if (!ids) this.reset(now);", "", memory],
    ["for (const key of [...(this.#byId.get(id) ?? [])]) this.#drop(key);", "", memory],
    ["    this.#resetAt = now.steady; // it may", "    // it may", memory],
    ["reset === true && ids === undefined", "reset === true", memory],
    ["reset === false && isList", "isList", memory],
  ]),
];

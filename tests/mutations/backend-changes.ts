import { mutationsOf } from "./mutation";

const told = "everywhere/backend-changes";
const faults = "faults/backend-changes";
const ring = "embedded/change-ring";
const many = "embedded/many-polls";
const keys = "embedded/backend-keys";
const echoes = "embedded/echoes";

/** What backends that answer from memory are told. */
export const ofBackendChanges = [
  ...mutationsOf("src/session/changes.ts", [
    ["if (waiting.size > 0) answers.soon();", "", told],
    ["isKnown ? told(poll.after) : unknown()", "told(poll.after)", told, faults],
    ["made.get(after) ?? make(after)", "make(after)", many],
    ["if (ended) return unknown();", "", faults],
    ["for (const { tell } of waiting) tell(unknown());", "", faults],
    ["(polls.length - (counts.unchanged - before)) / mostToldPerMillisecond", "0", many],
    ["(polls.length - (counts.unchanged - before))", "polls.length", many],
    ["if (ring.cursor() === after) answers.within(holdMilliseconds);", "if (false) return unknown();", told],
    ["ids ? { ids } : { reset: true as const }", "{ ids: ids ?? [] }", told],
  ]),
  ...mutationsOf("src/session/bearer.ts", [
    [' || headers.has("cookie")', "", told],
    ["timingSafeEqual(key, given)", "true", told],
  ]),
  ...mutationsOf("src/session/change-ring.ts", [
    ["position < first || ", "", ring],
    [" || position > end()", "", ring],
    ["ofProcess === process ?", "ofProcess ?", ring],
    ["if (surplus > 0)", "if (surplus > 1e9)", ring],
    ["[end() + 1, []]", "[end(), []]", ring],
    ["[...new Set(ids.slice(position - first))]", "ids.slice(position - first)", ring],
  ]),
  ...mutationsOf("src/session/invalidation.ts", [
    ["underWay ? (next ??= afterThat(underWay)) : begin()", "underWay ?? begin()", echoes],
    ["now + leaseMilliseconds", "performance.now() + leaseMilliseconds", echoes],
    ["if (connection !== open) return;", "", echoes],
    ["until = 0;\n      forget();", "until = 0;", echoes],
    [" || isRecent(polledAt, idlePollMilliseconds)", "", faults],
    ["isRecent(polledAt, idlePollMilliseconds)", "isRecent(polledAt, idleMilliseconds)", faults],
    ["!isWanted() || lease.isValid", "lease.isValid", "embedded/metrics"],
    [" && wall < untilOnTheWall", "", "embedded/cookie-headers"],
    ["() => lease.isValid(performance.now(), Date.now()),\n    () => false,", "() => true,\n    () => false,", faults],
  ]),
  ...mutationsOf("src/session/cache.ts", [["hear?.(ids);", "", told]]),
  ...mutationsOf("src/settings/values.ts", [[" && isBearerToken.test(key)", "", keys]]),
  ...mutationsOf("src/settings/contradictions.ts", [
    ["secrets.includes(key)", "false", keys],
    ["keys.length > 0 && kept === 0", "false", keys],
  ]),
];

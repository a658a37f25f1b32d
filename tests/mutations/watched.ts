import { mutationsOf } from "./mutation";

const requests = "embedded/log-requests";
const metrics = "embedded/metrics";
const clock = "faults/clock";
const reasons = "embedded/mail-reasons";

/** What an operator sees: lines of the log, and metrics. */
export const ofWatched = [
  ...mutationsOf("db/clock.ts", [
    ["Math.max(0, now - answered)", "(now - answered)", clock],
    ["Math.max(0, now - answered)", "0", clock],
    ["Math.min(0, now - asked)", "(now - asked)", clock],
    ["Math.min(0, now - asked)", "0", clock],
  ]),
  ...mutationsOf("src/process/clocks.ts", [["if (Math.abs(seconds) > largestClockDifference) ", "", clock]]),
  ...mutationsOf("src/process/housekeeping.ts", [["() => compareClocks(database, log), ", "", clock]]),
  ...mutationsOf("src/http/client-key.ts", [['if (ip === "" || how === "none") return undefined;', "", requests]]),
  ...mutationsOf("src/process/log.ts", [
    ["(?!ff)", "", requests],
    ["(?!0{32})", "", requests],
    ["(?!0{16})", "", requests],
    ['typeof value === "string" && /^[\\w.:/@%+-]+$/.test(value) ? value : JSON.stringify(value)', "value", requests],
  ]),
  ...mutationsOf("src/account/access.ts", [
    ["hmacSha256(keys.log[0], email)", "email", requests],
    ["hmacSha256(keys.log[0], email)", 'hmacSha256("", email)', requests],
  ]),
  ...mutationsOf("src/process/local-secret.ts", [
    ["if (config.secrets || existsSync(pathIn(config.database.dataDirectory)))", "if (config)", "program/people-verbs"],
  ]),
  ...mutationsOf("src/cli.ts", [[', doing(program, "ask")', "", "program/people-verbs"]]),
  ...mutationsOf("db/existing.ts", [["await refusePart(client);", "", "faults/starts/existing-part"]]),
  ...mutationsOf("db/examine.ts", [
    ["await database.refusePooler?.();", "", "faults/starts/pooler"],
    ["await database.audit?.(sets);", "", "faults/starts/existing-place"],
  ]),
  ...mutationsOf("db/server-refusals.ts", [
    ["/_timeout$/.test(parameter)", "(false as boolean)", "faults/starts/pooler"],
  ]),
  ...mutationsOf("src/people-verbs.ts", [
    ["overlapSeconds + sinceSeconds", "overlapSeconds", "capabilities/administration-followed"],
    ["if (isAnswered) tell(", "tell(", "capabilities/administration-followed"],
  ]),
  ...mutationsOf("src/process/control-socket.ts", [
    [".json().catch(() => undefined));\n  if (!said)", ".json());\n  if (!said)", "faults/starts/while-running"],
  ]),
  ...mutationsOf("src/process/acts.ts", [
    ["where try_at > now() + make_interval(secs => ${mailLeaseSeconds})", "", "embedded/mail-sender"],
  ]),
  ...mutationsOf("src/mail/sender.ts", [["reason: whyNotSent(error), ", "", reasons]]),
  ...mutationsOf("src/measure.ts", [
    ['methods.has(method) ? method : "other"', "method", metrics],
    ['?? "other"', "?? pathname", metrics],
  ]),
  ...mutationsOf("src/process/metrics.ts", [["isOfAll ? Math.max", "false ? Math.max", metrics]]),
  ...mutationsOf("src/process/log.ts", [
    ["isFile(outputDescriptor) ? toFile(outputDescriptor, format) : ", "", "faults/starts/full-disk"],
    ["if (rest.length > 0) return false;", "", "faults/starts/full-disk"],
  ]),
  ...mutationsOf("src/process/metrics-port.ts", [
    ["const counted = lasting(last.get(worker) ?? {});", "const counted = {};", "operators/prometheus"],
    ["await within(longestWait, Promise.all(", "await within(60_000, Promise.all(", "operators/prometheus"],
    ["if (!sayTo(worker, question)) return undefined;", "worker.send(question);", "faults/workers"],
  ]),
];

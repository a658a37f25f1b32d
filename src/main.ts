import { codeOf } from "../db/error-code";
import { RefusedForNow, refusedCode, StartRefused } from "../db/refusal";
import { isWorker } from "./process/leave"; // hears what comes while the rest is loaded, which takes a moment
import { describeError } from "./process/log";
import { coreVerbs } from "./cli";
import { runVerb, wantsJson } from "./run-verb";

const verbs = coreVerbs({
  environment: process.env,
  capabilities: async () => (await import("./capabilities/index")).capabilities,
});

const missing =
  "A package is missing, or the program was not started in its own folder. " +
  "Start it there, after: bun install --frozen-lockfile --production";

const commandLine = isWorker ? ["serve"] : process.argv.slice(2);
try {
  await runVerb(verbs, commandLine);
} catch (error) {
  const words = wordsFor(error);
  if (wantsJson(commandLine)) console.log(JSON.stringify({ ok: false, problems: words.split("\n\n")[0]?.split("\n") }));
  else console.error(words);
  const isForNow = error instanceof RefusedForNow;
  process.exit(error instanceof StartRefused && !isForNow ? refusedCode : 1);
}

/** Not the error itself: the message of a database error carries the values of its statement. */
function wordsFor(error: unknown): string {
  if (error instanceof StartRefused) return error.message;
  if (codeOf(error) === "ERR_MODULE_NOT_FOUND") return missing;
  return JSON.stringify(error instanceof Error ? describeError(error) : "unknown");
}

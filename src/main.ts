import { StartRefused } from "../db/refusal";
import { isWorker } from "./process/leave"; // hears what comes while the rest is loaded, which takes a moment
import { describeError } from "./process/log";
import { refusedCode } from "./process/supervisor";
import { coreVerbs, runVerb } from "./cli";

const verbs = coreVerbs({
  environment: process.env,
  capabilities: async () => (await import("./capabilities/index")).capabilities,
});

try {
  await runVerb(verbs, isWorker ? ["serve"] : process.argv.slice(2));
} catch (error) {
  console.error(wordsFor(error));
  process.exit(isWorker && error instanceof StartRefused ? refusedCode : 1);
}

/** Not the error itself: the message of a database error carries the values of its statement. */
function wordsFor(error: unknown): string | undefined {
  if (error instanceof StartRefused) return error.message;
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
    return "A package is missing. Install first: bun install --frozen-lockfile --production";
  return JSON.stringify(error instanceof Error && describeError(error));
}

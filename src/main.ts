import { StartRefused } from "../db/refusal";
import { isWorker } from "./process/leave"; // hears what comes while the rest is loaded, which takes a moment
import { describeError } from "./process/log";
import { refusedCode } from "./process/supervisor";

try {
  const { start } = await import("./serve");
  await start(process.env);
} catch (error) {
  // Not the error itself: the message of a database error carries the values of its statement.
  console.error(
    error instanceof StartRefused ? error.message : JSON.stringify(error instanceof Error && describeError(error)),
  );
  process.exit(isWorker && error instanceof StartRefused ? refusedCode : 1);
}

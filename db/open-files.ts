import { readFileSync } from "node:fs";
import { StartRefused } from "./refusal";

/** The embedded database keeps some hundred files open, and each visitor one more. */
const fewestFiles = 256;

/**
 * Throws StartRefused where this process may have too few files open for the embedded database, which would fail
 * half-way, in words about the first file that was too many. Linux alone tells; elsewhere nothing is refused.
 */
export function refuseFewFiles(): void {
  const most = mostOpenFiles();
  if (most === undefined || most >= fewestFiles) return;
  throw new StartRefused(
    `DATA_DIR: this process may have ${most} files open, and the embedded database needs ${fewestFiles}. ` +
      "Raise the limit (`ulimit -n`, or LimitNOFILE= of systemd), or set DATABASE_URL.",
  );
}

function mostOpenFiles(): number | undefined {
  try {
    const most = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return most === undefined ? undefined : Number(most);
  } catch {
    return undefined;
  }
}

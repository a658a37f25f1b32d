import { existsSync } from "node:fs";

/** What making the container image needs that this machine lacks. */
export function lacksImageTools(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, to make a container image and to run it";
  if (!Bun.which("buildah")) return "needs buildah (Debian's package)";
  if (!existsSync("/usr/bin/tini-static")) return "needs tini-static (Debian's package tini)";
  return undefined;
}

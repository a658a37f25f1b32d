import { codeOf } from "../../db/error-code";
import { RefusedForNow, type StartRefused } from "../../db/refusal";

/** Where something listens. */
export interface ListenAddress {
  port: number;
  hostname: string;
}

/** Says in words that the program cannot listen where these settings, the port's and the host's, would have it. */
export function portRefusal(settings: string, { port, hostname }: ListenAddress, error: unknown): StartRefused {
  const reason = error instanceof Error ? error.message : String(error);
  const isTaken = codeOf(error) === "EADDRINUSE";
  const remedy = isTaken
    ? "Stop what listens there, or set others"
    : "Set others, which this machine has and this user may use";
  return new RefusedForNow(`${settings}: cannot listen on ${hostname}:${port} (${reason}). ${remedy}.`);
}

/** The settings that say where the pages are. */
export const settingsOfPages = "PORT, GATEHOUSE_HOST";

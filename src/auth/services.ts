import type { Services } from "../account/services";
import type { Config } from "../settings/config";
import type { AuthCalls } from "./call";
import type { Gate } from "./gate";

/** What Better Auth is built from; the acts on accounts work with the same. */
export interface AuthServices extends Services {
  config: Config & { secret: string };
  calls: AuthCalls;
  gate: Gate;
}

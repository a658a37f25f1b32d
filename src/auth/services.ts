import type { Services } from "../account/services";
import type { ServedConfig } from "../settings/config";
import type { AuthCalls } from "./call";
import type { Gate } from "./gate";

/** What Better Auth is built from; the acts on accounts work with the same. */
export interface AuthServices extends Services {
  config: ServedConfig;
  calls: AuthCalls;
  gate: Gate;
}

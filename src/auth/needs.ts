import type { AccountNeeds } from "../account/needs";
import type { Config } from "../settings/config";
import type { AuthCalls } from "./call";

/** What Better Auth is built from; the rest of the account's actions work with the same. */
export interface AuthNeeds extends AccountNeeds {
  config: Config & { secret: string };
  calls: AuthCalls;
}

import type { Database } from "../../db/types";
import type { Config } from "../settings/config";
import type { Keys } from "../guard/keys";
import type { Log } from "../process/log";
import type { Outbox } from "./outbox";
import type { Passwords } from "../guard/password";
import type { Problem } from "../http/problem";
import type { Strength } from "../guard/strength";
import type { Throttle } from "../guard/throttle";

/** What can be done to an account is done with these, each in one transaction. */
export interface AccountNeeds {
  config: Config;
  database: Database;
  keys: Keys;
  log: Log;
  passwords: Passwords;
  strength: Strength;
  throttle: Throttle;
  outbox: Outbox;
}

/** Nothing when it was done, a problem when it was refused: then nothing was changed. */
export type Refusal = Problem | undefined;

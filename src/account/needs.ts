import type { Database } from "../../db/database";
import type { Config } from "../config";
import type { Keys } from "../keys";
import type { Log } from "../log";
import type { Outbox } from "../mail/outbox";
import type { Passwords } from "../password";
import type { Problem } from "../problem";
import type { Throttle } from "../throttle";

/** What can be done to an account is done with these, each in one transaction. */
export interface AccountNeeds {
  config: Config;
  database: Database;
  keys: Keys;
  log: Log;
  passwords: Passwords;
  throttle: Throttle;
  outbox: Outbox;
}

/** Nothing when it was done, a problem when it was refused: then nothing was changed. */
export type Refusal = Problem | undefined;

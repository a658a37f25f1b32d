import type { OwnTable } from "../../db/kept";
import type { Database } from "../../db/types";
import type { Config } from "../settings/config";
import type { Keys } from "../guard/keys";
import type { Metrics } from "../process/metrics";
import type { Log } from "../process/log";
import type { Outbox } from "./outbox";
import type { Passwords } from "../guard/password";
import type { Strength } from "../guard/strength";
import type { Throttle } from "../guard/throttle";

/** What acts on accounts work with. */
export interface Services {
  config: Config;
  database: Database;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  passwords: Passwords;
  strength: Strength;
  throttle: Throttle;
  outbox: Outbox;
  /** Every table of our own. */
  tables: readonly OwnTable[];
}

/** The same for what is shown: with the addresses of the scripts of capabilities, by the name of the capability. */
export interface WithScripts extends Services {
  scripts: Record<string, string>;
}

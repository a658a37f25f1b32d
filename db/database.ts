import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { openEmbedded } from "./embedded";
import type * as tables from "./tables";

/** The one database of the program. `orm` speaks Drizzle's Postgres dialect, whatever driver is behind it. */
export interface Database {
  driver: Driver;
  orm: PgDatabase<PgQueryResultHKT, typeof tables>;
  /** Brings the schema to this version, applying each missing migration once; a half-applied one is rolled back. */
  migrate(): Promise<void>;
  /** Ends every connection; the embedded database is checkpointed and its folder released. */
  close(): Promise<void>;
}

export type Driver = "embedded";

/** Opens the database the settings name. Throws StartRefused when it can never be opened like this. */
export function openDatabase(settings: { driver: Driver; dataDirectory: string }): Promise<Database> {
  switch (settings.driver) {
    case "embedded":
      return openEmbedded(settings.dataDirectory);
  }
}

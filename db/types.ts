import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type * as tables from "./auth-tables";
import type { Finding } from "./existing/server";
import type { Listen } from "./listen";
import type { MigrationSet } from "./migration-records";
import type { SessionRow } from "./checks/row";

export type Driver = "embedded" | "postgres" | "neon";

/** Drizzle's Postgres dialect, whatever driver is behind it. */
export type Orm = PgDatabase<PgQueryResultHKT, typeof tables>;

/** The one database of the program. */
export interface Database {
  driver: Driver;
  orm: Orm;
  /** For session checks. */
  checks: Checks;
  /**
   * Whether the statement of session checks is prepared by name. Behind a pooler that is known once `migrate` has asked
   * it, and untrue from when a name was lost.
   */
  namedStatements: boolean;
  /**
   * Brings the schema to this version, applying each missing migration once, however many replicas start together; a
   * half-applied one is rolled back. The core's come first, then those of each capability. Gives what the log should
   * know of a database that was found.
   * Throws StartRefused where it can never work, anything else when it may later.
   */
  migrate(sets?: readonly MigrationSet[]): Promise<Finding[]>;
  /** Work without a visitor and without deadlines, on a connection of its own: any number of transactions. */
  withoutDeadlines<Result>(work: (own: Orm) => Promise<Result>): Promise<Result>;
  /** One such transaction. */
  transactionWithoutDeadlines<Result>(work: (inner: Orm) => Promise<Result>): Promise<Result>;
  /** Hears which sessions and users change, whoever changes them. */
  listen: Listen;
  /** Only of the embedded one: copies its files, as they are between two statements, into a new folder. */
  copyTo?(folder: string): Promise<void>;
  /** Only of a server: throws StartRefused where migrations would run through a pooler. Changes nothing. */
  refusePooler?(): Promise<void>;
  /**
   * Only of a server: throws StartRefused with all that a start with these migrations would refuse before it changes
   * anything. Changes nothing.
   */
  audit?(sets: readonly MigrationSet[]): Promise<void>;
  /** How its connections stand; not for the embedded one, which has one. */
  connections?(): Connections;
  /** Ends every connection; the embedded database is checkpointed and its folder released. */
  close(): Promise<void>;
}

/** What session checks ask, on connections of their own: nothing that is slow elsewhere keeps one waiting. */
export interface Checks {
  /**
   * The session of a token with its user, read with one prepared statement; undefined when there is none. Rejects when
   * the database does not say within 1.7 seconds.
   */
  sessionByToken(token: string): Promise<SessionRow | undefined>;
  /** Resolves when the database answers, and rejects like `sessionByToken`. */
  ping(): Promise<void>;
}

/** Connections that are in use or not, and requests that wait for one. */
export type Connections = Record<"idle" | "busy" | "waiting", number>;

/** Which database, as the settings name it. `url` and `directUrl` are set for a server. */
export interface DatabaseSettings {
  driver: Driver;
  dataDirectory: string;
  url: string;
  /** Past the pooler, for migrations; the same as `url` when there is none. */
  directUrl: string;
}

/** Hears what happens to connections outside any request. */
export type Notice = (event: "database.connection_lost", error: unknown) => void;

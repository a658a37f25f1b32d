import type { MigrationConfig } from "drizzle-orm/migrator";
import type { Client } from "pg";
import { ownPath } from "./own-path";

/**
 * Where the migrations are and where the database remembers which were applied. The record is in our own schema, so
 * that an app which keeps its own migrations in the same database with Drizzle's default name is not disturbed.
 */
export const migrations: MigrationConfig = {
  migrationsFolder: ownPath("db/migrations"),
  migrationsSchema: "gatehouse",
  migrationsTable: "migration",
};

/** Migrations of one capability: after the core's, with a record of their own, so that it can come and go. */
export interface MigrationSet {
  /** Part of the record's name: letters, digits and underscores. */
  name: string;
  /** Absent where there is nothing to apply, and only something to heed. */
  folder?: string;
  /** What restricts people in an existing app's database, and is taken over: tables, and columns as `user.banned`. */
  heeds?: readonly string[];
}

/** Where the migrations of capabilities are and where the database remembers which were applied. */
export const configsOf = (sets: readonly MigrationSet[]): MigrationConfig[] =>
  sets.flatMap(({ name, folder: migrationsFolder }) =>
    migrationsFolder === undefined
      ? []
      : [{ migrationsFolder, migrationsSchema: "gatehouse", migrationsTable: `migration_${name}` }],
  );

/** The table of a record, as SQL. */
export const recordOf = (client: Client, { migrationsTable = "" }: MigrationConfig) =>
  `gatehouse.${client.escapeIdentifier(migrationsTable)}`;

import type { MigrationConfig } from "drizzle-orm/migrator";
import { join } from "node:path";

/**
 * Where the migrations are and where the database remembers which were applied. The record is in our own schema, so
 * that an app which keeps its own migrations in the same database with Drizzle's default name is not disturbed.
 */
export const migrations: MigrationConfig = {
  migrationsFolder: join(import.meta.dir, "migrations"),
  migrationsSchema: "gatehouse",
  migrationsTable: "migration",
};

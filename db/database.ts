import type { Database, DatabaseSettings, Notice } from "./types";

/**
 * Opens the database the settings name. A server need not answer yet; a folder must. Throws StartRefused when it
 * never can. Only the driver of this database is loaded.
 */
export async function openDatabase(settings: DatabaseSettings, notice: Notice): Promise<Database> {
  switch (settings.driver) {
    case "embedded":
      return (await import("./embedded")).openEmbedded(settings.dataDirectory);
    case "postgres":
      return (await import("./postgres")).openPostgres(settings, notice);
    case "neon":
      return (await import("./neon")).openNeon(settings, notice);
  }
}

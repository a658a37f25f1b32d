import { openEmbedded } from "./embedded";
import { openNeon } from "./neon";
import { openPostgres } from "./postgres";
import type { Database, DatabaseSettings, Notice } from "./types";

/**
 * Opens the database the settings name. A server need not answer yet; a folder must. Throws StartRefused when it
 * never can.
 */
export async function openDatabase(settings: DatabaseSettings, notice: Notice): Promise<Database> {
  switch (settings.driver) {
    case "embedded":
      return openEmbedded(settings.dataDirectory);
    case "postgres":
      return openPostgres(settings, notice);
    case "neon":
      return openNeon(settings, notice);
  }
}

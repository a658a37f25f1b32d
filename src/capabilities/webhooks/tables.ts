import { sql } from "drizzle-orm";
import { integer, pgSchema, text, uuid } from "drizzle-orm/pg-core";
import { instant, now } from "../../../db/instant";
import type { OwnTable } from "../../../db/kept";

const gatehouse = pgSchema("gatehouse");

/** To whom webhooks are sent, a row while they are on: without one the triggers write none. */
export const webhookEndpoint = gatehouse.table("webhook_endpoint", {
  /** Scheme, host and port: the rest of the address may be a secret. */
  origin: text("origin").primaryKey(),
  since: now("since"),
});

/** Webhooks that are to be sent, or were given up. Triggers write them; see the migration. */
export const webhook = gatehouse.table("webhook", {
  id: uuid("id").primaryKey().defaultRandom(),
  type: text("type").notNull(),
  /** The id of the user, who may be deleted by now; null in a test. */
  about: text("about"),
  createdAt: now("created_at"),
  tries: integer("tries").notNull().default(0),
  tryAt: now("try_at"),
  /** Why the last try came to nothing. */
  reason: text("reason"),
  givenUpAt: instant("given_up_at"),
});

/** What becomes of the rows of each. */
export const tables: readonly OwnTable[] = [
  { table: webhookEndpoint, ofUser: false, moved: false }, // of the settings of whoever sends from this database
  {
    table: webhook,
    ofUser: false,
    moved: true,
    writtenByTriggers: true,
    // Three days of tries, and a week for an operator to find what was given up.
    expired: () => ({ column: webhook.createdAt, before: sql`now() - interval '10 days'` }),
  },
];

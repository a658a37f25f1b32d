import { sql } from "drizzle-orm";
import { index, pgSchema, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { user } from "./auth-tables";
import { instant, now } from "./instant";

const gatehouse = pgSchema("gatehouse");

/**
 * Who is invited to make an account, whether others may or not. What its link shows is kept as a hash, made when the
 * mail is written; an address has one invitation that waits.
 */
export const invitation = gatehouse.table(
  "invitation",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    email: text("email").notNull(),
    /** Of the mail, and of the page that its link opens. */
    language: text("language").notNull(),
    hash: text("hash").unique(),
    /** Who invited: the id of a user, or `operator` for a verb. */
    by: text("by").notNull(),
    /** Why, in the words of whoever did. */
    reason: text("reason").notNull().default(""),
    createdAt: now("created_at"),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    /** Whose account it became. */
    userId: text("user_id").references(() => user.id, { onDelete: "cascade" }),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    uniqueIndex("invitation_waiting_key").on(table.email).where(sql`accepted_at is null and revoked_at is null`),
    index("invitation_expires_at_idx").on(table.expiresAt),
    index("invitation_user_id_idx").on(table.userId),
    index("invitation_created_at_id_idx").on(table.createdAt, table.id),
  ],
);

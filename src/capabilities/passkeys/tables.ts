import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import { bigint, boolean, index, pgSchema, text, uuid } from "drizzle-orm/pg-core";
import { user } from "../../../db/auth-tables";
import { instant, now } from "../../../db/instant";
import type { OwnTable } from "../../../db/kept";

const gatehouse = pgSchema("gatehouse");
const userId = () => text("user_id").references(() => user.id, { onDelete: "cascade" });

/** The passkeys of users. No row opens anything by itself: the private key never leaves its authenticator. */
export const passkey = gatehouse.table(
  "passkey",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: userId().notNull(),
    /** As the authenticator calls it, in base64url. */
    credentialId: text("credential_id").notNull().unique(),
    /** In COSE's format, in base64url; in base64 where it was taken over. */
    publicKey: text("public_key").notNull(),
    /** How often it was used, as its authenticator counts; many always say 0. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    /** The domain that it was made for, and works for alone; null where it was taken over, and nobody wrote it down. */
    rpId: text("rp_id"),
    name: text("name").notNull(),
    /** The model of the authenticator; all zeros where it does not say. */
    aaguid: text("aaguid"),
    /** How the authenticator is reached, such as `internal,hybrid`. */
    transports: text("transports").notNull().default(""),
    /** Whether it has a copy elsewhere, with a password manager for instance. */
    isBackedUp: boolean("is_backed_up").notNull(),
    createdAt: now("created_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("passkey_user_id_idx").on(table.userId)],
);

/**
 * The passkeys of a user, by the id or by the column that has it, that work at a domain. Those of another one, which
 * the operator gave up, are kept and count for nothing. Of those that were taken over nobody knows the domain.
 */
export const workingOf = (userId: string | typeof user.id, rpId: string) =>
  and(eq(passkey.userId, userId), or(isNull(passkey.rpId), eq(passkey.rpId, rpId)));

/** Those of them that were made here: their authenticators find them by themselves. */
export const madeHereBy = (userId: string, rpId: string) => and(eq(passkey.userId, userId), eq(passkey.rpId, rpId));

/** What authenticators call a user: 64 random bytes that say nothing, one and the same for all their passkeys. */
export const passkeyUser = gatehouse.table("passkey_user", {
  userId: userId().primaryKey(),
  handle: text("handle").notNull().unique(),
});

/** Challenges that were answered, until they expire: each is good for one answer. */
export const passkeyAnswered = gatehouse.table(
  "passkey_answered",
  {
    challenge: text("challenge").primaryKey(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("passkey_answered_expires_at_idx").on(table.expiresAt)],
);

/** Who was asked whether they want a passkey, and when they may be asked again; null for never. */
export const passkeyOffer = gatehouse.table("passkey_offer", {
  userId: userId().primaryKey(),
  againAt: instant("again_at"),
});

/** What becomes of the rows of each. */
export const passkeyTables: readonly OwnTable[] = [
  {
    table: passkey,
    ofUser: true,
    opens: true,
    moved: true,
    exported: {
      name: "passkeys",
      read: (inner, userId) =>
        inner
          .select({
            name: passkey.name,
            authenticator: passkey.aaguid,
            isBackedUp: passkey.isBackedUp,
            createdAt: passkey.createdAt,
            lastUsedAt: passkey.lastUsedAt,
          })
          .from(passkey)
          .where(eq(passkey.userId, userId))
          .orderBy(asc(passkey.createdAt)),
    },
  },
  { table: passkeyUser, ofUser: true, moved: true },
  {
    table: passkeyAnswered,
    ofUser: false,
    moved: false,
    expired: () => ({ column: passkeyAnswered.expiresAt, before: sql`now()` }),
  },
  { table: passkeyOffer, ofUser: true, moved: true },
];

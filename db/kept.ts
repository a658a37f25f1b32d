import { asc, eq, sql, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { deletion, device, event, mailToken, outbox, picture, sessionFactor, throttle } from "./own-tables";
import type { Orm } from "./types";

/** What becomes of the rows of a table of our own: asked once for each table, and used wherever all tables matter. */
export interface OwnTable {
  table: PgTable;
  /** Whether a row names its user in `user_id`, and goes with that user by a foreign key. */
  ofUser: boolean;
  /**
   * Whether a row may open the account to somebody: such rows go when the owner says, by a mail's link, that it was
   * somebody else. Only for tables with `ofUser`.
   */
  opens?: boolean;
  /** Whether `move` takes the rows along to another database. */
  moved: boolean;
  /** Which rows housekeeping deletes; undefined when they only go with their user. */
  expired?(kept: Kept): SQL;
  /** What a user is given of it, in the file with everything that is kept about them; undefined for nothing. */
  exported?: Exported;
}

/** For how long what happened is kept. */
interface Kept {
  eventsKeptDays: number;
}

/** A part of a user's own data: no hash, no token, nothing that would open the account. */
interface Exported {
  name: string;
  read(inner: Orm, userId: string): Promise<unknown>;
}

/** The tables of the core. A capability adds its own. */
export const coreTables: readonly OwnTable[] = [
  {
    table: event,
    ofUser: true,
    moved: true,
    expired: ({ eventsKeptDays }) => sql`at < now() - make_interval(days => ${eventsKeptDays})`,
    // Exported too, but as a stream of its own: there may be many.
  },
  {
    table: device,
    ofUser: true,
    moved: true,
    expired: () => sql`last_seen_at < now() - interval '400 days'`,
    exported: {
      name: "devices",
      read: (inner, userId) =>
        inner
          .select({ firstSeenAt: device.createdAt, lastSeenAt: device.lastSeenAt })
          .from(device)
          .where(eq(device.userId, userId))
          .orderBy(asc(device.createdAt)),
    },
  },
  {
    table: sessionFactor,
    ofUser: true,
    moved: true,
    expired: () => sql`not exists (select 1 from session s where s.id = session_factor.id)`,
  },
  {
    table: deletion,
    ofUser: true,
    moved: true,
    exported: {
      name: "deletion",
      async read(inner, userId) {
        const { askedAt, dueAt } = deletion;
        const [scheduled] = await inner.select({ askedAt, dueAt }).from(deletion).where(eq(deletion.userId, userId));
        return scheduled ?? null;
      },
    },
  },
  {
    table: picture,
    ofUser: true,
    moved: true,
    exported: {
      name: "picture",
      async read(inner, userId) {
        const { content, createdAt } = picture;
        const [kept] = await inner.select({ content, createdAt }).from(picture).where(eq(picture.userId, userId));
        return kept ? { type: "image/webp", base64: kept.content, createdAt: kept.createdAt } : null;
      },
    },
  },
  { table: mailToken, ofUser: true, moved: true, expired: () => sql`expires_at < now()` },
  { table: outbox, ofUser: true, moved: true }, // a mail that cannot be sent is given up by the sender
  {
    table: throttle, // its keys are keyed hashes, which no other database could use
    ofUser: false,
    moved: false,
    expired: () => sql`changed_at < now() - interval '1 day'`,
  },
];

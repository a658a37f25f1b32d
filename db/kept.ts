import { asc, eq, sql, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import {
  blockedColumn,
  deletion,
  device,
  event,
  givenUpMail,
  invitation,
  mailToken,
  outbox,
  picture,
  role,
  sessionFactor,
  sessionLength,
  suspension,
  throttle,
  userLanguage,
} from "./own-tables";
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
  /** Whether a row is its user's second factor. Only for tables with `ofUser`. */
  isSecondFactor?: boolean;
  /**
   * Whether a row belongs to what is asked besides the password: like what opens the account it goes when its address,
   * which nobody had confirmed, gets its owner. Only for tables with `ofUser`.
   */
  secures?: boolean;
  /** Whether `move` takes the rows along to another database. */
  moved: boolean;
  /** Whether triggers of the tables before it write its rows, of whatever is done to theirs. */
  writtenByTriggers?: boolean;
  /** Which rows housekeeping deletes because their time is over; undefined when they only go with their user. */
  expired?(kept: Kept): Expired;
  /** Which rows housekeeping deletes although no time of their own tells: it looks at every row. */
  leftOver?: LeftOver;
  /** What a user is given of it, in the file with everything that is kept about them; undefined for nothing. */
  exported?: Exported;
}

/** For how long what happened is kept. */
interface Kept {
  eventsKeptDays: number;
}

/** Rows with a time before another one. The column needs an index of its own, by which they are found. */
export interface Expired {
  column: PgColumn;
  before: SQL;
}

/**
 * Rows for which a condition holds. All are looked at, in the order of a column with a unique index; a subquery in the
 * condition has a limit, so that Postgres looks up each row by an index and joins nothing.
 */
export interface LeftOver {
  column: PgColumn;
  condition: SQL;
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
    expired: ({ eventsKeptDays }) => ({
      column: event.at,
      before: sql`now() - make_interval(days => ${eventsKeptDays})`,
    }),
    // Exported too, but as a stream of its own: there may be many.
  },
  {
    table: device,
    ofUser: true,
    moved: true,
    expired: () => ({ column: device.lastSeenAt, before: sql`now() - interval '400 days'` }),
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
    table: userLanguage,
    ofUser: true,
    moved: true,
    exported: {
      name: "language",
      async read(inner, userId) {
        const { language } = userLanguage;
        const [kept] = await inner.select({ language }).from(userLanguage).where(eq(userLanguage.userId, userId));
        return kept?.language ?? null;
      },
    },
  },
  {
    table: sessionFactor,
    ofUser: true,
    moved: true,
    leftOver: {
      column: sessionFactor.id,
      condition: sql`(select true from session where session.id = ${sessionFactor.id} limit 1) is null`,
    },
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
  {
    table: mailToken,
    ofUser: true,
    moved: true,
    expired: () => ({ column: mailToken.expiresAt, before: sql`now()` }),
  },
  {
    table: givenUpMail,
    ofUser: true,
    moved: true,
    expired: () => ({ column: givenUpMail.givenUpAt, before: sql`now() - interval '7 days'` }),
  },
  { table: outbox, ofUser: true, moved: true }, // a mail that cannot be sent is given up by the sender
  {
    table: throttle, // its keys are keyed hashes, which no other database could use
    ofUser: false,
    moved: false,
    expired: () => ({ column: throttle.changedAt, before: sql`now() - interval '1 day'` }),
  },
  { table: sessionLength, ofUser: false, moved: false }, // of the settings of whoever writes to this database
  { table: blockedColumn, ofUser: false, moved: false }, // likewise
  {
    table: suspension,
    ofUser: true,
    moved: true,
    expired: () => ({ column: suspension.until, before: sql`now()` }),
    exported: {
      name: "suspension",
      async read(inner, userId) {
        const { reason, at, until } = suspension;
        const [kept] = await inner.select({ reason, at, until }).from(suspension).where(eq(suspension.userId, userId));
        return kept ?? null;
      },
    },
  },
  {
    table: role,
    ofUser: true,
    moved: true,
    exported: {
      name: "roles",
      read: (inner, userId) =>
        inner.select({ role: role.role, at: role.at }).from(role).where(eq(role.userId, userId)).orderBy(asc(role.at)),
    },
  },
  {
    table: invitation, // kept for a while, so that whoever invited sees what came of it
    ofUser: true,
    moved: true,
    expired: () => ({ column: invitation.expiresAt, before: sql`now() - interval '30 days'` }),
    exported: {
      name: "invitations",
      read(inner, userId) {
        const { by, reason, createdAt, acceptedAt } = invitation;
        return inner
          .select({ by, reason, createdAt, acceptedAt })
          .from(invitation)
          .where(eq(invitation.userId, userId))
          .orderBy(asc(createdAt));
      },
    },
  },
];

import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { user } from "./auth-tables";
import { instant, now } from "./instant";

export { invitation } from "./invitation-table";

/** What the service itself keeps, apart from the four tables of identity, and gone with the person it is about. */
const gatehouse = pgSchema("gatehouse");

const personId = () => text("user_id").references(() => user.id, { onDelete: "cascade" });

/** For how long a mail that is being sent is due for no other replica, in seconds: longer than any sending can take. */
export const mailLeaseSeconds = 45;

/** Mails to be sent. A row holds no secret: the tokens of a mail follow from its id, and are made when it is sent. */
export const outbox = gatehouse.table(
  "outbox",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    kind: text("kind").notNull(),
    recipient: text("recipient").notNull(),
    language: text("language").notNull(),
    userId: personId(),
    facts: jsonb("facts").$type<Record<string, string>>().notNull().default({}),
    createdAt: now("created_at"),
    tries: integer("tries").notNull().default(0),
    /** Not before this; while somebody is sending it, the end of their turn. */
    tryAt: now("try_at"),
    /** When the tokens in the mail were made; made once, so that a second try never revives a used one. */
    tokensMadeAt: instant("tokens_made_at"),
  },
  (table) => [index("outbox_try_at_idx").on(table.tryAt), index("outbox_user_id_idx").on(table.userId)],
);

/** Mails that were given up, for an operator to see, and to send after all once the mail server is in order. */
export const givenUpMail = gatehouse.table(
  "given_up_mail",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind").notNull(),
    recipient: text("recipient").notNull(),
    language: text("language").notNull(),
    userId: personId(),
    facts: jsonb("facts").$type<Record<string, string>>().notNull(),
    tries: integer("tries").notNull(),
    tokensMadeAt: instant("tokens_made_at"),
    /** The mail server's code, where it refused the mail for good; otherwise it had grown too old. */
    reply: integer("reply"),
    givenUpAt: now("given_up_at"),
  },
  (table) => [
    index("given_up_mail_given_up_at_idx").on(table.givenUpAt),
    index("given_up_mail_user_id_idx").on(table.userId),
  ],
);

/** The purposes of which a user has one live token: a newer mail ends the older one's. */
export const oneLivePurpose = sql`purpose in ('verify', 'reset', 'confirm_email')`;

/** What a mail lets its reader do, once: only the token's hash is kept, with exactly what it proves. */
export const mailToken = gatehouse.table(
  "mail_token",
  {
    hash: text("hash").primaryKey(),
    purpose: text("purpose").notNull(),
    userId: personId().notNull(),
    /** The address the mail went to. */
    email: text("email").notNull(),
    /** For a change of address: the other one. */
    otherEmail: text("other_email"),
    codeHash: text("code_hash"),
    codeTries: integer("code_tries").notNull().default(0),
    createdAt: now("created_at"),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    uniqueIndex("mail_token_one_live_key").on(table.userId, table.purpose).where(oneLivePurpose),
    index("mail_token_user_id_idx").on(table.userId),
    index("mail_token_expires_at_idx").on(table.expiresAt),
  ],
);

/** How often something was tried, and when it may be tried again. The key is a keyed hash: no address is kept here. */
export const throttle = gatehouse.table(
  "throttle",
  {
    key: text("key").primaryKey(),
    tries: integer("tries").notNull(),
    openAt: instant("open_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    /** Whether somebody was turned away since: the first one is news, a flood of them is not. */
    turnedAway: boolean("turned_away").notNull().default(false),
  },
  (table) => [index("throttle_changed_at_idx").on(table.changedAt)],
);

/**
 * What happened to accounts, refusals included. Rows are added and expire; a sign-in like the one before it moves the
 * time of that one, and nothing else is ever changed.
 */
export const event = gatehouse.table(
  "event",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: now("at"),
    kind: text("kind").notNull(),
    outcome: text("outcome").notNull(),
    /** Null when it concerned no account there is. */
    userId: personId(),
    clientAddress: text("client_address"),
    userAgent: text("user_agent"),
    /** The country of the address, as a proxy of the operator's told it: two letters of ISO 3166. */
    country: text("country"),
    /** What it was done to: the `User-Agent` of the device that was signed out. */
    subject: text("subject"),
    /** Who did it, where that was not the person themselves: the id of another user, or `operator` for a verb. */
    actor: text("actor"),
    /** Why, in the words of whoever did it. */
    reason: text("reason"),
  },
  (table) => [index("event_user_id_id_idx").on(table.userId, table.id), index("event_at_idx").on(table.at)],
);

/** The browsers a person has signed in with, by the hash of their device cookie. */
export const device = gatehouse.table(
  "device",
  {
    userId: personId().notNull(),
    hash: text("hash").notNull(),
    createdAt: now("created_at"),
    lastSeenAt: now("last_seen_at"),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.hash] }),
    index("device_last_seen_at_idx").on(table.lastSeenAt),
  ],
);

/** In which language somebody reads: that of the pages when they last signed in. */
export const userLanguage = gatehouse.table("user_language", {
  userId: personId().primaryKey(),
  language: text("language").notNull(),
});

/**
 * What was proved for a session. One without a row was made with one factor, the password. Nothing refers to `session`,
 * so that an operator may empty that table; what is left over is removed by housekeeping.
 */
export const sessionFactor = gatehouse.table(
  "session_factor",
  {
    /** The session's own id: by it caches are told when a row changes. */
    id: text("id").primaryKey(),
    userId: personId().notNull(),
    factors: integer("factors").notNull(),
    /** How each was proved, in the order in which they were: `password totp`. */
    methods: text("methods").notNull(),
    /** When: a password that is typed again later, alone, makes the session newer, and not this. */
    provedAt: now("proved_at"),
  },
  (table) => [index("session_factor_user_id_idx").on(table.userId)],
);

/**
 * How long sessions may last by what is in the table: one row, by which a start knows whether the setting fell. A walk
 * over all sessions is kept track of here, so that any process goes on where another one ended.
 */
export const sessionLength = gatehouse.table("session_length", {
  only: boolean("only").primaryKey().default(true),
  longestSeconds: integer("longest_seconds").notNull(),
  /** The place in the table that the walk has reached, a `ctid`; null when there is none under way. */
  walkedTo: text("walked_to"),
  /** When they are to be walked once more. */
  againAt: instant("again_at"),
});

/** The picture that a user has uploaded, as it is served. */
export const picture = gatehouse.table("picture", {
  userId: personId().primaryKey(),
  /** A random token, by which alone it is found. */
  name: text("name").notNull().unique(),
  /** A WebP in base64: some twenty kilobytes, which every driver and every way of moving rows takes as it is. */
  content: text("content").notNull(),
  createdAt: now("created_at"),
});

/** Accounts that are to be deleted, and when, unless their owner says otherwise. */
export const deletion = gatehouse.table(
  "deletion",
  {
    userId: personId().primaryKey(),
    askedAt: now("asked_at"),
    dueAt: instant("due_at").notNull(),
  },
  (table) => [index("deletion_due_at_idx").on(table.dueAt)],
);

/**
 * Who is kept out, by whatever way they come. A row may be written with SQL: a trigger ends every session of theirs. A
 * row whose time is over keeps nobody out, and is removed by housekeeping.
 */
export const suspension = gatehouse.table(
  "suspension",
  {
    userId: personId().primaryKey(),
    /** What they are told once their password was right; empty for nothing but the fact. */
    reason: text("reason").notNull().default(""),
    /** Who did it: the id of a user, `operator` for a verb, or the role that wrote the row with SQL. */
    by: text("by").notNull().default(sql`session_user`),
    at: now("at"),
    /** Until when; null for as long as the row is there. */
    until: instant("until"),
  },
  (table) => [index("suspension_until_idx").on(table.until)],
);

/** The columns of an existing app's `user` table by which it keeps people out, as the settings name them. */
export const blockedColumn = gatehouse.table("blocked_column", {
  name: text("name").primaryKey(),
  /** How its value keeps somebody out: by being there (`set`), by not being there (`unset`), or as a time (`until`). */
  kind: text("kind").notNull(),
  /** The column with the time at which a set one ends. */
  ends: text("ends"),
});

/** What a user may do for others: `admin` or `support`. */
export const role = gatehouse.table(
  "role",
  {
    userId: personId().notNull(),
    role: text("role").notNull(),
    /** Who gave it: the id of a user, or `operator`. */
    by: text("by").notNull().default(sql`session_user`),
    at: now("at"),
  },
  (table) => [primaryKey({ columns: [table.userId, table.role] })],
);

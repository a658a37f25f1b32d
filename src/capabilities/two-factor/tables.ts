import { eq, sql } from "drizzle-orm";
import { bigint, boolean, pgSchema, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, now } from "../../../db/instant";
import type { OwnTable } from "../../../db/kept";

const gatehouse = pgSchema("gatehouse");
const userId = () => text("user_id");

/** The authenticator app of a user; there is a row once the user has typed a code of it, and not before. */
export const authenticatorApp = gatehouse.table("authenticator_app", {
  userId: userId().primaryKey(),
  /** The secret in base32, sealed. */
  secret: text("secret").notNull(),
  /** The step of the last code that was used: a code works once, and none before it does. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  /** The key of the hashes of this user's recovery codes, sealed. */
  recoveryKey: text("recovery_key").notNull(),
  createdAt: now("created_at"),
});

/** The recovery codes that are left, by their keyed hash. */
export const recoveryCode = gatehouse.table(
  "recovery_code",
  { userId: userId().notNull(), hash: text("hash").notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.hash] })],
);

/** Sign-ins that wait for their second step, by the hash of what their browser keeps in a cookie. */
export const secondStep = gatehouse.table("second_step", {
  hash: text("hash").primaryKey(),
  userId: userId().notNull(),
  /** `code`, or `set_up` for whoever has no second factor and needs one. */
  kind: text("kind").$type<"code" | "set_up">().notNull(),
  /** What was proved before. */
  methods: text("methods").notNull(),
  remember: boolean("remember").notNull(),
  /** The password that was right: with another one, the step leads nowhere. */
  passwordMark: text("password_mark").notNull(),
  createdAt: now("created_at"),
  expiresAt: instant("expires_at").notNull(),
});

/** The browsers in which no code is asked for a while; each is a known device, and goes with it. */
export const trustedBrowser = gatehouse.table(
  "trusted_browser",
  {
    userId: userId().notNull(),
    deviceHash: text("device_hash").notNull(),
    /** The password with which the trust began: it ends with it. */
    passwordMark: text("password_mark").notNull(),
    createdAt: now("created_at"),
    until: instant("until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.deviceHash] })],
);

/** Whose second factor is to be taken off because it is lost, and when, unless somebody stops it. */
export const factorLoss = gatehouse.table("factor_loss", {
  userId: userId().primaryKey(),
  language: text("language").notNull(),
  askedAt: now("asked_at"),
  toldAt: now("told_at"),
  dueAt: instant("due_at").notNull(),
});

/** Whose second factor was taken over from another app, so that it is taken over once. */
export const factorTakenOver = gatehouse.table("factor_taken_over", {
  userId: userId().primaryKey(),
  takenAt: now("taken_at"),
});

/** What becomes of each. */
export const tables: readonly OwnTable[] = [
  {
    table: authenticatorApp,
    ofUser: true,
    isSecondFactor: true,
    secures: true,
    moved: true,
    exported: {
      name: "authenticatorApp",
      async read(inner, userId) {
        const { createdAt } = authenticatorApp;
        const theirs = eq(authenticatorApp.userId, userId);
        const [app] = await inner.select({ setUpAt: createdAt }).from(authenticatorApp).where(theirs);
        return app ?? null;
      },
    },
  },
  { table: recoveryCode, ofUser: true, secures: true, moved: true },
  {
    table: secondStep,
    ofUser: true,
    secures: true,
    moved: false,
    expired: () => ({ column: secondStep.expiresAt, before: sql`now()` }),
  },
  {
    table: trustedBrowser,
    ofUser: true,
    secures: true,
    moved: true,
    expired: () => ({ column: trustedBrowser.until, before: sql`now()` }),
    exported: {
      name: "trustedBrowsers",
      read: (inner, userId) =>
        inner
          .select({ since: trustedBrowser.createdAt, until: trustedBrowser.until })
          .from(trustedBrowser)
          .where(eq(trustedBrowser.userId, userId)),
    },
  },
  { table: factorLoss, ofUser: true, secures: true, moved: true },
  { table: factorTakenOver, ofUser: true, moved: true },
];

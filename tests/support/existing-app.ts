import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { getMigrations } from "better-auth/db/migration";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, index, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import type { Person } from "./harness";

/** Apps that had Better Auth before there was a Gatehouse: the real library on a real server. */

const instants = (withTimezone: boolean) => (name: string) => timestamp(name, { withTimezone });
type Instant = ReturnType<typeof instants>;

/**
 * The tables as Better Auth's command line writes them for Drizzle on Postgres; with time zones, as an app beside
 * Gatehouse needs them.
 */
function schemaOf(withTimezone: boolean) {
  const instant = instants(withTimezone);
  const user = userTable(instant);
  return { user, ...ownedTables(instant, user), verification: verificationTable(instant) };
}

const userTable = (instant: Instant) =>
  pgTable("user", {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull().unique(),
    emailVerified: boolean("email_verified").default(false).notNull(),
    image: text("image"),
    createdAt: instant("created_at").defaultNow().notNull(),
    updatedAt: instant("updated_at")
      .defaultNow()
      .$onUpdate(() => new Date())
      .notNull(),
  });

function ownedTables(instant: Instant, user: ReturnType<typeof userTable>) {
  const userId = () =>
    text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" });
  const createdAt = () => instant("created_at").defaultNow().notNull();
  const updatedAt = () =>
    instant("updated_at")
      .$onUpdate(() => new Date())
      .notNull();
  const session = pgTable(
    "session",
    {
      id: text("id").primaryKey(),
      expiresAt: instant("expires_at").notNull(),
      token: text("token").notNull().unique(),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
      ipAddress: text("ip_address"),
      userAgent: text("user_agent"),
      userId: userId(),
    },
    (table) => [index("session_userId_idx").on(table.userId)],
  );
  const account = pgTable(
    "account",
    {
      id: text("id").primaryKey(),
      accountId: text("account_id").notNull(),
      providerId: text("provider_id").notNull(),
      userId: userId(),
      accessToken: text("access_token"),
      refreshToken: text("refresh_token"),
      idToken: text("id_token"),
      accessTokenExpiresAt: instant("access_token_expires_at"),
      refreshTokenExpiresAt: instant("refresh_token_expires_at"),
      scope: text("scope"),
      password: text("password"),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (table) => [index("account_userId_idx").on(table.userId)],
  );
  return { session, account };
}

const verificationTable = (instant: Instant) =>
  pgTable(
    "verification",
    {
      id: text("id").primaryKey(),
      identifier: text("identifier").notNull(),
      value: text("value").notNull(),
      expiresAt: instant("expires_at").notNull(),
      createdAt: instant("created_at").defaultNow().notNull(),
      updatedAt: instant("updated_at")
        .defaultNow()
        .$onUpdate(() => new Date())
        .notNull(),
    },
    (table) => [index("verification_identifier_idx").on(table.identifier)],
  );

/** What an app's people do, and what it asks. */
export interface ExistingApp {
  signUp(person: Person): Promise<void>;
  /** The cookie to send from then on. */
  signIn(person: Person): Promise<string>;
  /** Whose the cookie is and until when, as the app reads it; null for nobody. */
  whoIs(cookie: string): Promise<{ email: string; expiresAt: Date } | null>;
  close(): Promise<void>;
}

interface Where {
  url: string;
  secret: string;
}

/** An app with Drizzle; its tables must be there. */
export const drizzleApp = ({ url, secret }: Where, withTimezone = false): ExistingApp => {
  const pool = new Pool({ connectionString: url });
  return appOn(pool, secret, drizzleAdapter(drizzle(pool), { provider: "pg", schema: schemaOf(withTimezone) }));
};

/** Makes the tables of a schema, such an app's unless it is given, with the statements that drizzle-kit makes of it. */
export async function makeDrizzleTables(
  { url }: Pick<Where, "url">,
  schema: Record<string, unknown> = schemaOf(false),
): Promise<void> {
  const pool = new Pool({ connectionString: url });
  for (const statement of await generateMigration(generateDrizzleJson({}), generateDrizzleJson(schema)))
    await pool.query(statement);
  await pool.end();
}

/** An app that leaves its tables to Better Auth's own migrator, which it has run. */
export async function kyselyApp({ url, secret }: Where): Promise<ExistingApp> {
  const pool = new Pool({ connectionString: url });
  await (await getMigrations({ database: pool, secret, baseURL, emailAndPassword: { enabled: true } })).runMigrations();
  return appOn(pool, secret, pool);
}

const baseURL = "http://localhost:3000";

function appOn(pool: Pool, secret: string, database: Pool | ReturnType<typeof drizzleAdapter>): ExistingApp {
  pool.on("error", () => undefined); // the server may go before a test that failed lets go of it
  const { api } = betterAuth({
    database,
    secret,
    baseURL,
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
  });
  return {
    signUp: async (body) => void (await api.signUpEmail({ body })),
    signIn: async (body) => {
      const { headers } = await api.signInEmail({ body, asResponse: true });
      return headers
        .getSetCookie()
        .map((cookie) => cookie.split(";")[0])
        .join("; ");
    },
    whoIs: async (cookie) => {
      const found = await api.getSession({ headers: new Headers({ cookie }) });
      return found && { email: found.user.email, expiresAt: found.session.expiresAt };
    },
    close: () => pool.end(),
  };
}

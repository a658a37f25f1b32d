import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import * as tables from "../../db/auth-tables";

/**
 * Better Auth as its documentation sets it up with Drizzle and Postgres, on the same rows and with the same secret;
 * without its limiter, which would turn the measurement away.
 */
export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL ?? "",
  secret: process.env.BETTER_AUTH_SECRET ?? "",
  database: drizzleAdapter(drizzle(new Pool({ connectionString: process.env.DATABASE_URL }), { schema: tables }), {
    provider: "pg",
    schema: tables,
  }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
});

import { defineConfig } from "drizzle-kit";

/** Only for `bunx drizzle-kit generate`: migrations are applied by the program itself, at start. */
export default defineConfig({
  dialect: "postgresql",
  schema: ["./db/auth-tables.ts", "./db/own-tables.ts"],
  out: "./db/migrations",
});

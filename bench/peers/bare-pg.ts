import { Pool } from "pg";
import { sessionQuestion } from "../../db/checks/row";

/**
 * As little as a session check can be that asks Postgres: the same question of the same rows, prepared by name, on ten
 * connections. No signature, no deadline, no guard.
 */
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const { text } = sessionQuestion();

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "localhost",
  async fetch({ headers }) {
    const cookie = /session_token=([^;.]*)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
    const { rows } = await pool.query({ name: "session", text, values: [decodeURIComponent(cookie)] });
    return rows[0] ? Response.json(rows[0]) : new Response(null, { status: 401 });
  },
});

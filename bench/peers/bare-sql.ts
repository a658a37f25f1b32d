import { SQL } from "bun";
import { sessionQuestion } from "../../db/checks/row";

/** The same with Bun's own client. */
const sql = new SQL(process.env.DATABASE_URL ?? "", { max: 10 });
const { text } = sessionQuestion();

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "localhost",
  async fetch({ headers }) {
    const cookie = /session_token=([^;.]*)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
    const rows = await sql.unsafe(text, [decodeURIComponent(cookie)]);
    return rows[0] ? Response.json(rows[0]) : new Response(null, { status: 401 });
  },
});

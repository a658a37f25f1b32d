/** As little around a session check as there can be: no signature, no deadline, no guard. Answers with the row. */
export function serveBare(rowOf: (token: string) => Promise<object | undefined>): void {
  Bun.serve({
    port: Number(process.env.PORT),
    hostname: "localhost",
    async fetch({ headers }) {
      const token = /session_token=([^;.]*)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
      const row = await rowOf(decodeURIComponent(token));
      return row ? Response.json(row) : new Response(null, { status: 401 });
    },
  });
}

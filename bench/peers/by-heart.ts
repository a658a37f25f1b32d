/** A session check that knows one `Cookie` header and its answer by heart: what the answer alone costs. */
const { COOKIE, ANSWER = "", HEADERS = "{}" } = process.env;
const headers = new Headers(JSON.parse(HEADERS) as Record<string, string>);
Bun.serve({
  port: Number(process.env.PORT),
  hostname: "localhost",
  fetch: (request) =>
    request.headers.get("cookie") === COOKIE ? new Response(ANSWER, { headers }) : new Response(null, { status: 401 }),
});

/** As little as a server can do: what everything else is measured against. */
Bun.serve({ port: Number(process.env.PORT), hostname: "localhost", fetch: () => new Response("hello") });

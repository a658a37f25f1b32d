import { serve } from "@hono/node-server";
import { signedIn } from "gatehouse-js/hono";
import { Hono } from "hono";
import { asking, live, port, url } from "./gatehouses.mjs";

/**
 * One route five times: open to everybody, behind a middleware that knows who it is, behind a check by hand, behind the
 * client, and with its memory.
 */

const app = new Hono();
const somebody = { user: { email: "ada@example.org" } };
const caller = (context) => context.json({ email: context.get("caller").user.email });

app.get("/open", (context) => context.json({ email: "ada@example.org" }));

app.get(
  "/passing",
  async (context, next) => {
    context.set("caller", somebody);
    return next();
  },
  caller,
);

app.get("/by-hand", async (context) => {
  const answer = await fetch(`${url}/api/session`, { headers: { cookie: context.req.header("cookie") ?? "" } });
  if (answer.status !== 200) return context.body(null, 401);
  return context.json({ email: (await answer.json()).user.email });
});

app.get("/asking", signedIn(asking), caller);
app.get("/live", signedIn(live), caller);
serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });

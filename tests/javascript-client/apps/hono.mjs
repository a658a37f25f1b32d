import { serve } from "@hono/node-server";
import { signedIn } from "gatehouse-js/hono";
import { Hono } from "hono";
import { gatehouseOf, pages } from "./pages.mjs";

const gatehouse = gatehouseOf(process.env);
const app = new Hono();
for (const [path, demands] of Object.entries(pages))
  app.all(path, signedIn(gatehouse, demands), (context) => context.json(context.get("caller").user.email));
app.all("/thrown", async (context) => context.json((await gatehouse.check(context.req.raw)).user.email));
app.get("/home", async (context) => context.json((await gatehouse.who(context.req.raw))?.user.email ?? "nobody"));
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "localhost" });

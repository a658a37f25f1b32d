// A Hono backend that knows who is asking. Run it: node app.mjs
import { serve } from "@hono/node-server";
import { createGatehouse } from "gatehouse-js";
import { signedIn } from "gatehouse-js/hono";
import { Hono } from "hono";

const gatehouse = createGatehouse({
  url: process.env.GATEHOUSE_URL ?? "http://localhost:3000",
  allowedOrigins: ["http://localhost:8080"], // the pages that may write
});

const app = new Hono();
app.use(signedIn(gatehouse)); // answers 401 for nobody, 403 for another site, 503 for cannot know
app.get("/me", (context) => context.json({ name: context.get("caller").user.name }));
app.post("/notes", (context) => context.json({ author: context.get("caller").user.name }, 201));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8000), hostname: "localhost" });

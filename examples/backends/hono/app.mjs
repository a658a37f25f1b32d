// A Hono backend that knows who is asking. Run it: node app.mjs
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const gatehouse = process.env.GATEHOUSE_URL ?? "http://localhost:3000";
const ourPages = ["http://localhost:8080"]; // the origins that may write

/** The user whose cookie it is, or null for nobody. Throws when that cannot be known. */
async function ask(cookie) {
  const signal = AbortSignal.timeout(800); // milliseconds
  const answer = await fetch(`${gatehouse}/api/session`, { headers: { cookie }, redirect: "error", signal });
  const { user, error } = await answer.json();
  if (answer.status === 200 && user.id) return user;
  if (answer.status === 401 && error.code === "no_session") return null;
  throw new Error(`Something answered ${answer.status}.`);
}

/** Puts the user into the context; else answers 401 for nobody, 403 for another site, 503 for cannot know. */
async function signedIn(context, next) {
  const isWrite = !["GET", "HEAD", "OPTIONS"].includes(context.req.method);
  if (isWrite && !ourPages.includes(context.req.header("origin"))) return context.body(null, 403);
  const cookie = context.req.header("cookie") ?? "";
  const user = cookie.includes("better-auth.session_token") ? await ask(cookie).catch(() => undefined) : null;
  if (!user) return context.body(null, user === null ? 401 : 503);
  context.set("user", user);
  await next();
}

const app = new Hono();
app.get("/me", signedIn, (context) => context.json({ name: context.get("user").name }));
app.post("/notes", signedIn, (context) => context.json({ author: context.get("user").name }, 201));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8000), hostname: "localhost" });

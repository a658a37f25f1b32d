// An Express backend that knows who is asking. Run it: node app.mjs
import express from "express";

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

/** Puts the user into `response.locals`; else answers 401 for nobody, 403 for another site, 503 for cannot know. */
async function signedIn(request, response, next) {
  const isWrite = !["GET", "HEAD", "OPTIONS"].includes(request.method);
  if (isWrite && !ourPages.includes(request.get("origin"))) return response.sendStatus(403);
  const cookie = request.get("cookie") ?? "";
  const user = cookie.includes("better-auth.session_token") ? await ask(cookie).catch(() => undefined) : null;
  if (!user) return response.sendStatus(user === null ? 401 : 503);
  response.locals.user = user;
  next();
}

const app = express();
app.get("/me", signedIn, (_, response) => response.json({ name: response.locals.user.name }));
app.post("/notes", signedIn, (_, response) => response.status(201).json({ author: response.locals.user.name }));
app.listen(Number(process.env.PORT ?? 8000), "localhost");

import express from "express";
import { signedIn } from "gatehouse-js/express";
import { asking, live, port, url } from "./gatehouses.mjs";

/**
 * One route five times: open to everybody, behind a middleware that knows who it is, behind a check by hand, behind the
 * client, and with its memory.
 */

const app = express();
const somebody = { user: { email: "ada@example.org" } };
const caller = (_, response) => response.json({ email: response.locals.caller.user.email });

app.get("/open", (_, response) => response.json({ email: "ada@example.org" }));

app.get(
  "/passing",
  async (_, response, next) => {
    response.locals.caller = somebody;
    next();
  },
  caller,
);

app.get("/by-hand", async (request, response) => {
  const answer = await fetch(`${url}/api/session`, { headers: { cookie: request.headers.cookie ?? "" } });
  if (answer.status !== 200) return response.sendStatus(401);
  response.json({ email: (await answer.json()).user.email });
});

app.get("/asking", signedIn(asking), caller);
app.get("/live", signedIn(live), caller);
app.listen(port, "127.0.0.1");

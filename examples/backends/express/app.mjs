// An Express backend that knows who is asking. Run it: node app.mjs
import express from "express";
import { createGatehouse } from "gatehouse-js";
import { signedIn } from "gatehouse-js/express";

const gatehouse = createGatehouse({
  url: process.env.GATEHOUSE_URL ?? "http://localhost:3000",
  allowedOrigins: ["http://localhost:8080"], // the pages that may write
});

const app = express();
app.use(signedIn(gatehouse)); // answers 401 for nobody, 403 for another site, 503 for cannot know
app.get("/me", (_, response) => response.json({ name: response.locals.caller.user.name }));
app.post("/notes", (_, response) => response.status(201).json({ author: response.locals.caller.user.name }));
app.listen(Number(process.env.PORT ?? 8000), "localhost");

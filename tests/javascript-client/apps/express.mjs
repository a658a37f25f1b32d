import express from "express";
import { signedIn } from "gatehouse-js/express";
import { gatehouseOf, pages } from "./pages.mjs";

const gatehouse = gatehouseOf(process.env);
const app = express();
for (const [path, demands] of Object.entries(pages))
  app.all(path, signedIn(gatehouse, demands), (_, response) => response.json(response.locals.caller.user.email));
app.all("/thrown", async (request, response) => response.json((await gatehouse.check(request)).user.email));
app.get("/home", async (request, response) => response.json((await gatehouse.who(request))?.user.email ?? "nobody"));
app.listen(Number(process.env.PORT), "localhost");

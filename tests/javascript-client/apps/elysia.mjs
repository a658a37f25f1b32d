import { Elysia } from "elysia";
import { signedIn } from "gatehouse-js/elysia";
import { gatehouseOf, pages } from "./pages.mjs";

const gatehouse = gatehouseOf(process.env);
const app = new Elysia();
for (const [path, demands] of Object.entries(pages))
  app.use(
    new Elysia().derive(signedIn(gatehouse, demands)).all(path, ({ caller }) => Response.json(caller.user.email)),
  );
app.all("/thrown", async ({ request }) => Response.json((await gatehouse.check(request)).user.email));
app.get("/home", async ({ request }) => Response.json((await gatehouse.who(request))?.user.email ?? "nobody"));
app.ws("/socket", {
  beforeHandle: async ({ request }) => void (await gatehouse.check(request)),
  open: (socket) => void socket.send("in"),
});
app.listen({ port: process.env.PORT, hostname: "localhost" });

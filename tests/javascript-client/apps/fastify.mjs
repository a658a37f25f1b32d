import fastify from "fastify";
import { signedIn } from "gatehouse-js/fastify";
import { gatehouseOf, pages } from "./pages.mjs";

const gatehouse = gatehouseOf(process.env);
const app = fastify();
app.addHook("onSend", async (_, reply) => void reply.header("x-sent-by", "fastify"));
for (const [path, demands] of Object.entries(pages))
  app.all(path, { onRequest: signedIn(gatehouse, demands) }, async (request, reply) =>
    reply.type("application/json").send(JSON.stringify(request.caller.user.email)),
  );
app.all("/thrown", async (request, reply) => reply.send([(await gatehouse.check(request)).user.email]));
app.get("/home", async (request, reply) =>
  reply.type("application/json").send(JSON.stringify((await gatehouse.who(request))?.user.email ?? "nobody")),
);
await app.listen({ port: Number(process.env.PORT), host: "localhost" });

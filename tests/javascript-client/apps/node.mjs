import { createServer } from "node:http";
import { Refused } from "gatehouse-js";
import { gatehouseOf, pages } from "./pages.mjs";

const gatehouse = gatehouseOf(process.env);

async function callerFor(request) {
  if (request.url === "/home") return (await gatehouse.who(request))?.user.email ?? "nobody";
  return (await gatehouse.require(request, pages[request.url])).user.email;
}

createServer(async (request, response) => {
  try {
    const email = await callerFor(request);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(email));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const headers = { ...error.headers, "content-type": "application/json" };
    response.writeHead(error.status, headers).end(JSON.stringify(error.body));
  }
}).listen(Number(process.env.PORT), "localhost");

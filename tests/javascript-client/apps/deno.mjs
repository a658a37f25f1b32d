import { handlerOf } from "./web.mjs";

Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "localhost" }, handlerOf(Deno.env.toObject()));

import { handlerOf } from "./web.mjs";

Bun.serve({ port: process.env.PORT, hostname: "localhost", fetch: handlerOf(process.env) });

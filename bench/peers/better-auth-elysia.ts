import { Elysia } from "elysia";
import { auth } from "./auth";

/** Better Auth on Bun, mounted in Elysia as its documentation shows. */
new Elysia().mount(auth.handler).listen({ port: Number(process.env.PORT), hostname: "localhost" });

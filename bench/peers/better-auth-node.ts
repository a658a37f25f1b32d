import { toNodeHandler } from "better-auth/node";
import { createServer } from "node:http";
import { auth } from "./auth";

/** Better Auth on Node, behind its own handler. */
createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), "localhost");

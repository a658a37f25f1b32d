import { drizzle } from "drizzle-orm/node-postgres";
import { Client, Pool } from "pg";
import type { Database, DatabaseSettings, Notice } from "./types";
import * as tables from "./auth-tables";
import { openServer, type ServerDriver } from "./server";

/** A Postgres server over TCP. Opens no connection yet: the server may come later. */
export const openPostgres = (settings: DatabaseSettings, notice: Notice): Database =>
  openServer(overTcp, settings, notice);

const overTcp: ServerDriver = {
  name: "postgres",
  createPool: (options) => new Pool(options),
  createClient: (options) => new Client(options),
  ormOn: (connections) => drizzle(connections, { schema: tables }),
};

import { Client, Pool } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-serverless";
import type * as pg from "pg";
import type { Database, DatabaseSettings, Notice } from "./types";
import * as tables from "./auth-tables";
import { openServer, type ServerDriver } from "./server";

/** Neon over WebSocket, for networks that let only port 443 out. Opens no connection yet: the compute may be asleep. */
export const openNeon = (settings: DatabaseSettings, notice: Notice): Database =>
  openServer(overWebSocket, settings, notice);

// Neon's Pool and Client are pg's own with another socket; its types are those of an older release.
const overWebSocket: ServerDriver = {
  name: "neon",
  createPool: (options) => new Pool(options as object) as unknown as pg.Pool,
  createClient: (options) => new Client(options as object) as unknown as pg.Client,
  ormOn: (connections) => drizzle(connections as unknown as Pool, { schema: tables }),
};

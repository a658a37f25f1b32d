import { Client, Pool } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-serverless";
import type * as pg from "pg";
import type { Database, DatabaseSettings, Notice } from "./types";
import { listenOn } from "./listen";
import { migrateUnderLock, onOwnConnection } from "./migrate";
import { keepsNamedStatements } from "./named-statements";
import { refuseWithoutRights } from "./rights";
import { connectionsOf, withHealthChecks, directOptions, poolOptions, poolSizes, serverDeadlines } from "./pool";
import { connectionTo, isPooled } from "./server-address";
import * as tables from "./auth-tables";

/** Neon over WebSocket, for networks that let only port 443 out. Opens no connection yet: the compute may be asleep. */
export function openNeon(settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const options = { ...poolOptions, ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  // Neon's Pool and Client are pg's own with another socket; its types are those of an older release.
  const openPool = (size: object) =>
    withHealthChecks(new Pool({ ...options, ...size }) as unknown as pg.Pool, notice) as unknown as Pool;
  const [pages, checks] = [openPool(poolSizes.pages), openPool(poolSizes.checks)];
  const orm = (pool: Pool) => drizzle(pool, { schema: tables });
  const direct = () => new Client({ ...directOptions, ...connectionTo(settings.directUrl) }) as unknown as pg.Client;
  // Through the pooler, as pages go.
  const likeVisitors = () => new Client({ ...directOptions, ...connectionTo(settings.url) }) as unknown as pg.Client;
  const withoutDeadlines: Database["withoutDeadlines"] = (work) =>
    onOwnConnection(direct, (client) => work(drizzle(client as unknown as Pool, { schema: tables })));
  const database: Database = {
    driver: "neon",
    orm: orm(pages),
    sessionDb: orm(checks),
    namedStatements: !pooled,
    migrate: async (sets = []) => {
      const findings = await migrateUnderLock(direct, sets);
      if (settings.directUrl !== settings.url) await onOwnConnection(likeVisitors, refuseWithoutRights);
      database.namedStatements = !pooled || (await keepsNamedStatements(likeVisitors));
      return findings;
    },
    withoutDeadlines,
    transactionWithoutDeadlines: (work) => withoutDeadlines((own) => own.transaction(work)),
    listen: (hear) => listenOn(direct(), hear),
    connections: () => connectionsOf(pages, checks),
    close: async () => {
      await Promise.all([pages.end(), checks.end()]);
    },
  };
  return database;
}

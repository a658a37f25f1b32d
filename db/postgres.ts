import { drizzle } from "drizzle-orm/node-postgres";
import { Client, Pool } from "pg";
import type { Database, DatabaseSettings, Notice } from "./types";
import { listenOn } from "./listen";
import { migrateUnderLock, onOwnConnection } from "./migrate";
import { keepsNamedStatements } from "./named-statements";
import { refuseWithoutRights } from "./rights";
import { connectionsOf, withHealthChecks, directOptions, poolOptions, poolSizes, serverDeadlines } from "./pool";
import { connectionTo, isPooled } from "./server-address";
import * as tables from "./auth-tables";

/** A Postgres server over TCP. Opens no connection yet: the server may come later. */
export function openPostgres(settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const options = { ...poolOptions, ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  const openPool = (size: object) => withHealthChecks(new Pool({ ...options, ...size }), notice);
  const [pages, checks] = [openPool(poolSizes.pages), openPool(poolSizes.checks)];
  const orm = (pool: Pool) => drizzle(pool, { schema: tables });
  const direct = () => new Client({ ...directOptions, ...connectionTo(settings.directUrl) });
  // Through the pooler, as pages go.
  const likeVisitors = () => new Client({ ...directOptions, ...connectionTo(settings.url) });
  const withoutDeadlines: Database["withoutDeadlines"] = (work) =>
    onOwnConnection(direct, (client) => work(drizzle(client, { schema: tables })));
  const database: Database = {
    driver: "postgres",
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

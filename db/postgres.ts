import { drizzle } from "drizzle-orm/node-postgres";
import { Client, Pool } from "pg";
import type { Database, DatabaseSettings, Notice } from "./types";
import { createStatementNames } from "./asked-often";
import { openChecks } from "./checks/open";
import { listenOn } from "./listen";
import { migrateUnderLock, onOwnConnection } from "./migrate";
import { keepsNamedStatements } from "./named-statements";
import { refuseWithoutRights } from "./rights";
import { checkOptions, connectionsOf, directOptions, poolOptions, serverDeadlines, withHealthChecks } from "./pool";
import { connectionTo, isPooled } from "./server-address";
import * as tables from "./auth-tables";

/** A Postgres server over TCP. Opens no connection yet: the server may come later. */
export function openPostgres(settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const address = { ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  // A pooler may lose names: a check is then asked again, and a statement of a page cannot be.
  const names = pooled ? undefined : createStatementNames();
  const pages = withHealthChecks(new Pool({ ...poolOptions, ...address }), notice, names);
  const checks = openChecks({
    open: () => new Client({ ...checkOptions, ...address }),
    isNamed: () => database.namedStatements,
    loseName: () => void (database.namedStatements = false),
    notice,
  });
  const direct = () => new Client({ ...directOptions, ...connectionTo(settings.directUrl) });
  // Through the pooler, as pages go.
  const likeVisitors = () => new Client({ ...directOptions, ...connectionTo(settings.url) });
  const withoutDeadlines: Database["withoutDeadlines"] = (work) =>
    onOwnConnection(direct, (client) => work(drizzle(client, { schema: tables })));
  const database: Database = {
    driver: "postgres",
    orm: drizzle(pages, { schema: tables }),
    checks,
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
    connections: () => connectionsOf(pages, checks.connections()),
    close: async () => {
      await Promise.all([pages.end(), checks.end()]);
    },
  };
  return database;
}

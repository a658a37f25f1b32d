import { Client, Pool } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-serverless";
import type * as pg from "pg";
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

/** Neon over WebSocket, for networks that let only port 443 out. Opens no connection yet: the compute may be asleep. */
export function openNeon(settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const address = { ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  // Neon's Pool and Client are pg's own with another socket; its types are those of an older release.
  const open = (options: object) => new Client(options) as unknown as pg.Client;
  // A pooler may lose names: a check is then asked again, and a statement of a page cannot be.
  const names = pooled ? undefined : createStatementNames();
  const pages = withHealthChecks(new Pool({ ...poolOptions, ...address }) as unknown as pg.Pool, notice, names);
  const checks = openChecks({
    open: () => open({ ...checkOptions, ...address }),
    isNamed: () => database.namedStatements,
    loseName: () => void (database.namedStatements = false),
    notice,
  });
  const direct = () => open({ ...directOptions, ...connectionTo(settings.directUrl) });
  // Through the pooler, as pages go.
  const likeVisitors = () => open({ ...directOptions, ...connectionTo(settings.url) });
  const withoutDeadlines: Database["withoutDeadlines"] = (work) =>
    onOwnConnection(direct, (client) => work(drizzle(client as unknown as Pool, { schema: tables })));
  const database: Database = {
    driver: "neon",
    orm: drizzle(pages as unknown as Pool, { schema: tables }),
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

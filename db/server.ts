import type { Client, ClientConfig, Pool, PoolConfig } from "pg";
import type { Database, DatabaseSettings, Notice, Orm } from "./types";
import { createStatementNames } from "./asked-often";
import { openChecks } from "./checks/open";
import { look } from "./existing/look";
import type { Finding } from "./existing/server";
import { listenOn } from "./listen";
import { auditOnly, migrateUnderLock, onOwnConnection, refusePooler } from "./migrate";
import { keepsNamedStatements } from "./named-statements";
import { refuseWithoutRights } from "./rights";
import { checkOptions, connectionsOf, directOptions, noDeadlines, poolOptions } from "./pool";
import { serverDeadlines, withHealthChecks } from "./pool";
import { connectionTo, isPooled } from "./server-address";

/** How one driver makes pools and connections to a server, and what Drizzle makes of either. */
export interface ServerDriver {
  name: Exclude<Database["driver"], "embedded">;
  createPool(options: PoolConfig): Pool;
  createClient(options: ClientConfig): Client;
  ormOn(connections: Pool | Client): Orm;
}

/** Looks at the role that serves, which is another one than the role that migrates, as that is looked at. */
async function lookAsVisitor(client: Client): Promise<Finding[]> {
  await refuseWithoutRights(client); // first: a schema that is closed to a role is not found by it either
  return look(client);
}

/** A Postgres server, by whatever driver. Opens no connection yet: the server may come later. */
export function openServer(driver: ServerDriver, settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const address = { ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  // A pooler may lose names: a check is then asked again, and a statement of a page cannot be.
  const names = pooled ? undefined : createStatementNames();
  const pages = withHealthChecks(driver.createPool({ ...poolOptions, ...address }), notice, names);
  const checks = openChecks({
    open: () => driver.createClient({ ...checkOptions, ...address }),
    isNamed: () => database.namedStatements,
    loseName: () => void (database.namedStatements = false),
    notice,
  });
  const direct = () => driver.createClient({ ...directOptions, ...connectionTo(settings.directUrl) });
  // Through the pooler, as pages go.
  const likeVisitors = () => driver.createClient({ ...directOptions, ...connectionTo(settings.url) });
  const withoutDeadlines: Database["withoutDeadlines"] = (work) =>
    onOwnConnection(direct, (client) => client.query(noDeadlines).then(() => work(driver.ormOn(client))));
  const database: Database = {
    driver: driver.name,
    orm: driver.ormOn(pages),
    checks,
    namedStatements: !pooled,
    migrate: async (sets = []) => {
      const findings = await migrateUnderLock(direct, sets);
      if (settings.directUrl !== settings.url) findings.push(...(await onOwnConnection(likeVisitors, lookAsVisitor)));
      database.namedStatements = !pooled || (await keepsNamedStatements(likeVisitors));
      return findings;
    },
    withoutDeadlines,
    transactionWithoutDeadlines: (work) => withoutDeadlines((own) => own.transaction(work)),
    listen: (hear) => listenOn(direct(), hear),
    refusePooler: () => refusePooler(direct),
    audit: (sets) => auditOnly(direct, sets),
    connections: () => connectionsOf(pages, checks.connections()),
    close: async () => {
      await Promise.all([pages.end(), checks.end()]);
    },
  };
  return database;
}

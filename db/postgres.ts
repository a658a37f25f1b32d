import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client, Pool } from "pg";
import type { Database, DatabaseSettings, Notice } from "./database";
import { migrateUnderLock, migrations } from "./migrate";
import { dependable, poolOptions, poolSizes, serverDeadlines } from "./pool";
import { connectionTo, isPooled } from "./server-address";
import * as tables from "./tables";

/** A Postgres server over TCP. Opens no connection yet: the server may come later. */
export function openPostgres(settings: DatabaseSettings, notice: Notice): Database {
  const pooled = isPooled(settings);
  const options = { ...poolOptions, ...(!pooled && serverDeadlines), ...connectionTo(settings.url) };
  const openPool = (size: object) => dependable(new Pool({ ...options, ...size }), notice);
  const [pages, checks] = [openPool(poolSizes.pages), openPool(poolSizes.checks)];
  const orm = (pool: Pool) => drizzle(pool, { schema: tables });
  const direct = () => new Client({ ...connectionTo(settings.directUrl), application_name: "gatehouse migrations" });
  return {
    driver: "postgres",
    orm: orm(pages),
    checks: orm(checks),
    namedStatements: !pooled,
    migrate: () => migrateUnderLock(direct, (client) => migrate(drizzle(client), migrations)),
    close: async () => {
      await Promise.all([pages.end(), checks.end()]);
    },
  };
}

import { sql } from "drizzle-orm";
import { afterEach, setSystemTime, test } from "bun:test";
import { openDatabase } from "../../db/database";
import { startPostgres } from "../support/postgres/server";
import { startWire } from "../support/tcp-proxy";

/** D16: a connection of the pages that dies while it sits idle, and nobody is told. */

afterEach(() => void setSystemTime());

test("D16 a dead idle connection is found before it is used, also by a clock that was set back meanwhile", async () => {
  const postgres = await startPostgres();
  const wire = await startWire(postgres.port);
  const url = postgres.url(await postgres.createDatabase(), wire.port);
  const { orm, close } = await openDatabase(
    { driver: "postgres", url, directUrl: url, dataDirectory: "" },
    () => undefined,
  );
  try {
    for (const seconds of [2, -1, -3600]) {
      setSystemTime();
      await orm.execute(sql`select 1`);
      wire.forget();
      setSystemTime(Date.now() + seconds * 1000);
      await orm.execute(sql`select 1`);
    }
  } finally {
    await close();
    await wire.close();
    await postgres.remove();
  }
});

import { sql } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import type { Database, Orm } from "./types";
import { draftOf, removeDraft, removingDraft } from "./draft";
import { holdEmbedded, openEmbedded } from "./embedded";
import { hasDatabase, refuseEmpty } from "./embedded-folders";
import { putInPlace } from "./empty-cluster";
import { createDurable } from "./engine";
import { systemCodeOf } from "./error-code";
import { RefusedForNow } from "./refusal";
import { coreTables, type OwnTable } from "./kept";
import type { MigrationSet } from "./migration-records";
import { event } from "./own-tables";
import { account, session, user, verification } from "./auth-tables";
import { rowsOf } from "./transaction";
import { refusalOfOpening } from "./unopened";

/** Writes the whole embedded database of a folder to a file, for its owner alone. The program must not be running. */
export async function backUp(dataDirectory: string, file: string): Promise<void> {
  refuseEmpty(dataDirectory);
  const home = holdEmbedded(dataDirectory);
  await pack(home.cluster, file).finally(home.release);
}

/** The same of a copy of the database's files that the running program made, which is removed whatever comes of it. */
export async function backUpCopy(copy: string, file: string): Promise<void> {
  await pack(copy, file).finally(removingDraft(copy));
}

/** Throws RefusedForNow where a backup would be written over something. */
export function refuseExisting(file: string): void {
  if (existsSync(file)) throw new RefusedForNow(`${file}: is there already. Name a new file.`);
}

async function pack(cluster: string, file: string) {
  refuseExisting(file);
  const { pglite } = await createDurable(cluster).catch((error) => {
    throw refusalOfOpening(cluster, error) ?? error;
  });
  const draft = draftOf(file);
  const remove = removingDraft(draft);
  try {
    const dump = await pglite.dumpDataDir("gzip");
    writeFileSync(draft, Buffer.from(await dump.arrayBuffer()), { mode: 0o600, flag: "wx", flush: true });
    refuseExisting(file); // another backup may have been faster
    renameSync(draft, file); // a file of that name is always a whole one
  } catch (error) {
    const code = systemCodeOf(error);
    throw code === undefined ? error : new RefusedForNow(`${file}: could not be written (${code}).`);
  } finally {
    remove();
    await pglite.close();
  }
}

/**
 * Makes the embedded database of an empty folder from a backup. Throws StartRefused when there is one in it already.
 */
export async function restore(dataDirectory: string, file: string): Promise<void> {
  const kind = statSync(file, { throwIfNoEntry: false });
  if (!kind) throw new RefusedForNow(`${file}: is not there. Name the file of a backup.`);
  if (kind.isCharacterDevice() || kind.isBlockDevice())
    throw new RefusedForNow(`${file}: is a device, which may never end. Name the file of a backup.`);
  const home = holdEmbedded(dataDirectory);
  const draft = `${home.cluster}.part`;
  const remove = removingDraft(draft);
  try {
    if (hasDatabase(dataDirectory))
      throw new RefusedForNow("DATA_DIR: there is a database in it already. Name an empty folder.");
    removeDraft(draft); // of a restore that was killed
    await unpack(draft, file);
    await putInPlace(draft, home.cluster);
  } finally {
    remove();
    home.release();
  }
}

async function unpack(folder: string, file: string) {
  try {
    const { pglite } = await createDurable(folder, Bun.file(file));
    await pglite.exec("CHECKPOINT").finally(() => pglite.close());
  } catch (error) {
    const code = systemCodeOf(error);
    const why = code ? `could not be restored (${code})` : "is not a backup of an embedded database of this version";
    throw new RefusedForNow(`${file}: ${why}.`);
  }
}

/**
 * Copies everything but the counts of tries from the embedded database of a folder to an empty one on a server, in one
 * transaction: all of it arrives, or nothing. People stay signed in where the secret stays the same. Gives the number
 * of rows copied. Throws StartRefused where a database is missing or is not empty.
 */
export async function moveTo(
  target: Database,
  dataDirectory: string,
  { migrations = [], tables = coreTables }: { migrations?: readonly MigrationSet[]; tables?: readonly OwnTable[] } = {},
): Promise<number> {
  refuseEmpty(dataDirectory);
  const source = await openEmbedded(dataDirectory);
  await target.withoutDeadlines(refuseUsed); // before the migrations: they would make an app's people ours
  await source.migrate(migrations);
  await target.migrate(migrations);
  const copied = await source.transactionWithoutDeadlines((from) =>
    target.transactionWithoutDeadlines(async (to) => {
      await refuseUnlisted(from, tables);
      await to.execute(sql`lock table ${user} in exclusive mode`); // else two moves at once would mix their people
      await refuseUsed(to);
      let rows = 0;
      for (const table of inOrder(tables)) {
        const isWritten = tables.some((one) => one.table === table && one.writtenByTriggers);
        if (isWritten) await to.delete(table); // of what was copied before: nothing has happened to anybody
        rows += await copy(table, from, to);
      }
      return rows;
    }),
  );
  await source.close();
  return copied;
}

/** In an order in which nothing comes before what it refers to: our own tables refer to users alone. */
const inOrder = (tables: readonly OwnTable[]): PgTable[] => [
  ...[user, account, session, verification],
  ...tables.filter(({ moved }) => moved).map(({ table }) => table),
];

/** What a capability that this version does not know has left in the database would not be copied. */
async function refuseUnlisted(from: Orm, tables: readonly OwnTable[]) {
  const listed = new Set(tables.map(({ table }) => getTableConfig(table).name));
  const unlisted = (await ownTableNames(from)).filter((name) => !listed.has(name));
  if (unlisted.length === 0) return;
  throw new RefusedForNow(
    `DATA_DIR: its database has tables that this version does not know (${unlisted.join(", ")}). ` +
      "Use the version of Gatehouse that it was last started with.",
  );
}

/** The tables of the schema `gatehouse` as the database has them, without the records of migrations. */
export async function ownTableNames(on: Orm): Promise<string[]> {
  const tables = await rowsOf<{ name: string }>(
    on,
    sql`select table_name as name from information_schema.tables
      where table_schema = 'gatehouse' and table_name !~ '^migration(_|$)' order by 1`,
  );
  return tables.map(({ name }) => name);
}

/** What tells that a database is not empty; either table may not be there yet. */
const signsOfUse = [
  [`"user"`, user, "there are people in this database"],
  ["gatehouse.event", event, "this database has been used for sign-ins"],
] as const;

async function refuseUsed(to: Orm) {
  for (const [name, table, words] of signsOfUse) {
    const [there] = await rowsOf(to, sql`select 1 where to_regclass(${name}) is not null`);
    const [row] = there ? await rowsOf(to, sql`select 1 from ${table} limit 1`) : [];
    if (row) throw new RefusedForNow(`DATABASE_URL: ${words} already. Name an empty one.`);
  }
}

/**
 * Copies a table as text, which keeps every digit of a time, and by batches, which keep memory small however many rows
 * there are.
 */
async function copy(table: PgTable, from: Orm, to: Orm): Promise<number> {
  let copied = 0;
  await from.execute(sql`declare moved cursor for select to_jsonb(line)::text as line from ${table} as line`);
  for (;;) {
    const batch = await rowsOf<{ line: string }>(from, sql`fetch 500 from moved`);
    if (batch.length === 0) break;
    const lines = `[${batch.map(({ line }) => line).join()}]`;
    await to.execute(
      sql`insert into ${table} overriding system value
        select * from jsonb_populate_recordset(null::${table}, ${lines}::jsonb)`,
    );
    copied += batch.length;
  }
  await from.execute(sql`close moved`);
  await goOnCounting(table, to);
  return copied;
}

/** Numbers that the database gives out go on after the last that was copied. */
async function goOnCounting(table: PgTable, to: Orm) {
  const { schema = "public", name, columns } = getTableConfig(table);
  for (const column of columns.filter(({ generatedIdentity }) => generatedIdentity)) {
    const sequence = sql`pg_get_serial_sequence(${`${schema}.${name}`}, ${column.name})`;
    await to.execute(sql`select setval(${sequence}, (select coalesce(max(${column}), 0) + 1 from ${table}), false)`);
  }
}

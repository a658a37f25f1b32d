import { asc, gt } from "drizzle-orm";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database";
import { clusterIn, createDurable, holdEmbedded, openEmbedded } from "./embedded";
import { StartRefused } from "./refusal";
import { account, session, user, verification } from "./tables";

/** Writes the whole embedded database of a folder to a file, for its owner alone. The program must not be running. */
export async function backUp(dataDirectory: string, file: string): Promise<void> {
  if (existsSync(file)) throw new StartRefused(`${file}: is there already. Name a new file.`);
  refuseEmpty(dataDirectory);
  const home = holdEmbedded(dataDirectory);
  const { pglite } = await createDurable(home.cluster);
  const dump = await pglite.dumpDataDir("gzip");
  writeFileSync(`${file}.part`, Buffer.from(await dump.arrayBuffer()), { mode: 0o600, flush: true });
  renameSync(`${file}.part`, file); // a file of that name is always a whole one
  await pglite.close();
  home.release();
}

const hasDatabase = (dataDirectory: string) => existsSync(join(clusterIn(dataDirectory), "PG_VERSION"));

/** Nobody means to keep a database that would be made only now. */
function refuseEmpty(dataDirectory: string) {
  if (hasDatabase(dataDirectory)) return;
  throw new StartRefused("DATA_DIR: there is no embedded database in it. Name the folder that the program was started with.");
}

/** Makes the embedded database of an empty folder from a backup. Throws StartRefused when there is one in it already. */
export async function restore(dataDirectory: string, file: string): Promise<void> {
  if (!existsSync(file)) throw new StartRefused(`${file}: is not there. Name the file of a backup.`);
  const home = holdEmbedded(dataDirectory);
  if (hasDatabase(dataDirectory)) throw new StartRefused("DATA_DIR: there is a database in it already. Name an empty folder.");
  const draft = `${home.cluster}.part`;
  rmSync(draft, { recursive: true, force: true });
  try {
    const { pglite } = await createDurable(draft, Bun.file(file));
    await pglite.exec("CHECKPOINT");
    await pglite.close();
  } catch {
    throw new StartRefused(`${file}: is not a backup of an embedded database of this version.`);
  }
  syncEverything(draft);
  renameSync(draft, home.cluster); // a folder of that name is always a whole one
  home.release();
}

function syncEverything(folder: string) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const descriptor = openSync(join(entry.parentPath, entry.name), "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
}

/**
 * Copies everybody from the embedded database of a folder to an empty one on a server, in one transaction: all of it
 * arrives, or nothing. People stay signed in where the secret stays the same. Gives the number of rows copied.
 */
export async function moveTo(target: Database, dataDirectory: string): Promise<number> {
  refuseEmpty(dataDirectory);
  const source = await openEmbedded(dataDirectory);
  await source.migrate();
  await target.migrate();
  const copied = await target.unhurried(async (inner) => {
    const [somebody] = await inner.select({ id: user.id }).from(user).limit(1);
    if (somebody) throw new StartRefused("DATABASE_URL: there are people in this database already. Name an empty one.");
    let rows = 0;
    for (const table of [user, account, session, verification]) {
      for (let after = ""; ; ) {
        const batch = await source.orm.select().from(table).where(gt(table.id, after)).orderBy(asc(table.id)).limit(500);
        const last = batch.at(-1);
        if (!last) break;
        await inner.insert(table).values(batch);
        rows += batch.length;
        after = last.id;
      }
    }
    return rows;
  });
  await source.close();
  return copied;
}

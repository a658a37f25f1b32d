import { backUp, moveTo, restore } from "../db/archive";
import { openDatabase } from "../db/database";
import { StartRefused } from "../db/refusal";
import { readConfig } from "./config";
import { describeError } from "./log";

/** What an operator does to the data while the program does not run: `bun run backup FILE`, `restore FILE`, `move`. */

try {
  console.log(await manage(process.argv[2], process.argv[3]));
  process.exit(0);
} catch (error) {
  console.error(error instanceof StartRefused ? error.message : JSON.stringify(error instanceof Error && describeError(error)));
  process.exit(1);
}

async function manage(command = "", file = ""): Promise<string> {
  const { database } = readConfig(process.env);
  if (command === "move") {
    if (database.driver === "embedded") throw new StartRefused("DATABASE_URL: say where to move to.");
    const target = await openDatabase(database, () => undefined);
    const rows = await moveTo(target, database.dataDirectory);
    await target.close();
    return `${rows} rows are in the new database. Start with DATABASE_URL set, and with the same BETTER_AUTH_SECRET.`;
  }
  if (database.driver !== "embedded") throw new StartRefused("DATABASE_URL: backup and restore are for the embedded database. Use pg_dump, or unset it.");
  if (file === "") throw new StartRefused(`Name the file: bun run ${command || "backup"} FILE`);
  if (command === "backup") await backUp(database.dataDirectory, file);
  else if (command === "restore") await restore(database.dataDirectory, file);
  else throw new StartRefused("Say what to do: bun run backup FILE, bun run restore FILE, or bun run move");
  return command === "backup" ? `${file} holds the database.` : `The database of ${file} is in place.`;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { RefusedForNow } from "./refusal";

/** What there is of the embedded database in a data folder; nobody but the program's own user may enter it. */
export const homeIn = (dataDirectory: string): string => join(dataDirectory, "embedded");

/** Where in a data folder Postgres keeps its files. */
export const clusterIn = (dataDirectory: string): string => join(homeIn(dataDirectory), "cluster");

/** Whether there is a database in a data folder. */
export const hasDatabase = (dataDirectory: string): boolean => existsSync(join(clusterIn(dataDirectory), "PG_VERSION"));

/** Throws RefusedForNow where there is none: nobody means to act on a database that would be made only now. */
export function refuseEmpty(dataDirectory: string): void {
  if (hasDatabase(dataDirectory)) return;
  throw new RefusedForNow(
    "DATA_DIR: there is no embedded database in it. Name the folder that the program was started with.",
  );
}

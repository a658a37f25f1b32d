import { join } from "node:path";

/** What there is of the embedded database in a data folder; nobody but the program's own user may enter it. */
export const homeIn = (dataDirectory: string): string => join(dataDirectory, "embedded");

/** Where in a data folder Postgres keeps its files. */
export const clusterIn = (dataDirectory: string): string => join(homeIn(dataDirectory), "cluster");

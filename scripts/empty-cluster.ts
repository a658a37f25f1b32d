import { makeEmptyCluster } from "../db/empty-cluster";

/** `bun scripts/empty-cluster.ts FILE`: makes the empty cluster that first starts on the embedded database unpack. */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Name the file to make.");
await makeEmptyCluster(file);

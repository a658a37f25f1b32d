import { join } from "node:path";
import { root, run } from "./run";

/**
 * Makes the archive of the empty cluster that comes along in the one file: the same, byte for byte, whenever it is made
 * from one version of PGlite. Postgres writes times and random numbers into a new cluster, and an archive has times.
 */
export async function makeSameCluster(file: string): Promise<void> {
  const still = join(import.meta.dir, "same-each-time.ts");
  await run([process.execPath, "--no-env-file", "--preload", still, join(root, "scripts/empty-cluster.ts"), file]);
  const tar = Bun.gunzipSync(await Bun.file(file).bytes());
  forgetTimes(tar);
  await Bun.write(file, Bun.gzipSync(tar, { level: 9 }));
}

const block = 512; // bytes
const [sizeAt, timeAt, sumAt] = [124, 136, 148]; // in the header of a file, by POSIX (ustar)

/** Writes the time 0 for each file of an archive. */
function forgetTimes(tar: Uint8Array) {
  for (let at = 0; tar[at]; ) {
    const header = Buffer.from(tar.buffer, tar.byteOffset + at, block);
    const size = Number.parseInt(header.toString("ascii", sizeAt, sizeAt + 11), 8);
    header.write("00000000000", timeAt);
    header.fill(" ", sumAt, sumAt + 8); // the sum counts its own place as spaces
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, sumAt);
    at += block + Math.ceil(size / block) * block;
  }
}

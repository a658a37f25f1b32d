import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Where the checksum of the control file stands: at the end of ControlFileData of PostgreSQL 18 (pg_control.h). */
const checksumAt = 292;
/** Where the control file has the bytes from which Postgres makes up salts for roles that it does not know. */
const [nonceFrom, nonceTo] = [257, 289];
/** Where the first page of a segment of the log names its cluster: XLogLongPageHeaderData (xlog_internal.h). */
const ownerAt = 24;

/**
 * Gives a copied cluster, which was shut down, a random system identifier: what tells one database from another for
 * whoever archives or replicates its log; and a secret of its own in place of the one that all copies share. Throws
 * where its files are laid out in another way.
 */
export function identify(cluster: string): void {
  const identifier = crypto.getRandomValues(Buffer.alloc(8));
  const control = join(cluster, "global/pg_control");
  const content = readFileSync(control);
  if (content.readUInt32LE(checksumAt) !== crc32c(content.subarray(0, checksumAt)))
    throw new Error("The control file of the empty cluster is laid out in another way.");
  const before = Buffer.from(content.subarray(0, 8));
  identifier.copy(content);
  crypto.getRandomValues(content.subarray(nonceFrom, nonceTo));
  content.writeUInt32LE(crc32c(content.subarray(0, checksumAt)), checksumAt);
  writeFileSync(control, content);
  const log = join(cluster, "pg_wal");
  for (const segment of readdirSync(log).filter((name) => /^[0-9A-F]{24}$/.test(name)))
    replaceOwner(join(log, segment), before, identifier);
}

function replaceOwner(segment: string, before: Buffer, identifier: Buffer) {
  if (
    !readFileSync(segment)
      .subarray(ownerAt, ownerAt + 8)
      .equals(before)
  )
    throw new Error("The log of the empty cluster is laid out in another way.");
  const descriptor = openSync(segment, "r+");
  writeSync(descriptor, identifier, 0, 8, ownerAt);
  closeSync(descriptor);
}

/** The checksum of Castagnoli (RFC 3720, appendix B.4), which Postgres protects its files with. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

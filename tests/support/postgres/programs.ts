import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { broughtPostgres } from "../brought";
import { asOrdinaryUser } from "./ordinary-user";

/**
 * The folder of Postgres's programs: of Debian's newest, else of the one that was brought; undefined when there are
 * none.
 */
export function postgresPrograms(): string | undefined {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(base, version, "bin")), broughtPostgres];
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

/** The same, where an ordinary user can run them: others may not enter root's checkout, so what is in it is copied. */
export function reachablePrograms(): { folder: string; remove(): void } {
  const folder = postgresPrograms();
  if (!folder) throw new Error("There is no Postgres on this machine. `bun run test` brings one along.");
  if (folder !== broughtPostgres || asOrdinaryUser.length === 0) return { folder, remove: () => undefined };
  const copy = mkdtempSync(join(tmpdir(), "gatehouse-postgres-programs-"));
  chmodSync(copy, 0o755);
  cpSync(join(folder, ".."), copy, { recursive: true, verbatimSymlinks: true });
  return { folder: join(copy, "bin"), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

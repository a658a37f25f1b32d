import { chownSync } from "node:fs";

/**
 * Postgres and PgBouncer refuse to run as root. Where root runs the tests, they run as the user of Debian's packages,
 * or as `nobody` where these are not installed.
 */
const user = process.getuid?.() === 0 ? (idsOf("postgres") ? "postgres" : "nobody") : undefined;

/** What comes before a command that must not run as root. */
export const asOrdinaryUser = user ? ["runuser", "-u", user, "--"] : [];

/** Gives files and folders to the user who runs these commands. */
export function giveAway(...paths: string[]) {
  const ids = user && idsOf(user);
  if (ids) for (const path of paths) chownSync(path, ...ids);
}

/** The numbers of a user of this machine; undefined when there is none of this name. */
function idsOf(user: string): [uid: number, gid: number] | undefined {
  const [uid, gid] = ["-u", "-g"].map((flag) => Bun.spawnSync(["id", flag, user], { stderr: "ignore" }));
  return uid?.success && gid?.success ? [Number(uid.stdout), Number(gid.stdout)] : undefined;
}

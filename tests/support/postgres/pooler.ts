import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "../program";
import { asOrdinaryUser, giveAway } from "./ordinary-user";

/** The one that PGBOUNCER names, else where Debian's package puts it. */
export const poolerProgram = process.env.PGBOUNCER ?? "/usr/sbin/pgbouncer";

export interface Pooler {
  port: number;
  remove(): Promise<void>;
}

/**
 * PgBouncer in transaction mode in front of a server: each transaction may run on another connection. `more` are lines
 * of its settings.
 */
export async function startPooler(upstreamPort: number, more = "", port = freePort()): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-pgbouncer-"));
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(
    settings,
    `[databases]\n* = host=127.0.0.1 port=${upstreamPort} user=app\n` +
      `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\n` +
      "auth_type = any\npool_mode = transaction\ndefault_pool_size = 5\nmax_client_conn = 500\n" +
      `server_idle_timeout = 5\nlogfile = ${join(folder, "log")}\n${more}\n`,
  );
  giveAway(folder, settings);
  const command = [...asOrdinaryUser, poolerProgram, "-q", settings];
  const child = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  const remove = async () => {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  await untilItAnswers(port).catch(async (error) => {
    await remove();
    throw error;
  });
  return { port, remove };
}

async function untilItAnswers(port: number) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const client = new Client({ host: "127.0.0.1", port, user: "app", database: "postgres" });
    client.on("error", () => undefined);
    const answers = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (answers) return;
    await Bun.sleep(25);
  }
  throw new Error("PgBouncer did not answer.");
}

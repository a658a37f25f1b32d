import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../program";
import { until } from "../until";
import { asOrdinaryUser, giveAway } from "./ordinary-user";
import { reachablePrograms } from "./programs";
import { queryAt, type PostgresServer } from "./server";

/** A standby of a server of the tests, by streaming replication, as operators have it. */
export interface Standby {
  port: number;
  /** Runs a statement as the superuser. */
  query<Row = Record<string, unknown>>(statement: string): Promise<Row[]>;
  /** Resolves when everything that the primary had committed before the call can be read here. */
  catchUp(): Promise<void>;
  /** From now on it is a primary. */
  promote(): Promise<void>;
  remove(): Promise<void>;
}

/** Copies a primary, which goes on meanwhile, and starts the copy as its standby. */
export async function startStandby(primary: PostgresServer): Promise<Standby> {
  const [folder, port] = [mkdtempSync(join(tmpdir(), "gatehouse-standby-")), freePort()];
  const { run, remove } = programsOn(folder);
  const control = (...words: string[]) => run("pg_ctl", "-w", "-t", "30", "-s", ...words);
  const query = <Row>(statement: string) => queryAt<Row>(port, { database: "postgres", statement });
  const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "owner"];
  await run("pg_basebackup", ...from, "-R", "-c", "fast");
  const listening = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`;
  await control("start", "-l", join(folder, "log"), "-o", listening);
  return {
    port,
    query,
    async catchUp() {
      const written = "select pg_current_wal_lsn()::text as place";
      const [now] = await primary.query<{ place: string }>("postgres", written);
      const read = `select pg_last_wal_replay_lsn() >= '${now?.place}' as is_there`;
      await until(
        "the standby has caught up",
        async () => (await query<{ is_there: boolean }>(read))[0]?.is_there === true,
      );
    },
    promote: () => control("promote"),
    async remove() {
      await control("stop", "-m", "immediate").catch(() => undefined);
      remove();
    },
  };
}

/** Postgres's programs on the data of a folder, run by an ordinary user. */
function programsOn(folder: string) {
  const programs = reachablePrograms();
  giveAway(folder);
  return {
    async run(program: string, ...words: string[]) {
      const command = [...asOrdinaryUser, join(programs.folder, program), "-D", join(folder, "data"), ...words];
      const child = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
      if ((await child.exited) !== 0) throw new Error(`${program}: ${await new Response(child.stderr).text()}`);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
      programs.remove();
    },
  };
}

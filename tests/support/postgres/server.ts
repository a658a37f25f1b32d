import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { childrenOf } from "../processes";
import { freePort } from "../program";
import { asOrdinaryUser, giveAway } from "./ordinary-user";
import { reachablePrograms } from "./programs";

/** A real Postgres of the test's own, run by an ordinary user on a free port. */
export interface PostgresServer {
  port: number;
  /** Where its data and its log are. */
  folder: string;
  /** An address of one of its databases, for the ordinary role that owns it. */
  url(database: string, port?: number): string;
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** Runs a statement as the superuser. */
  query<Row = Record<string, unknown>>(database: string, statement: string, values?: unknown[]): Promise<Row[]>;
  start(): Promise<void>;
  /** Ends it: `immediate` as a crash would, `fast` in order. */
  stop(mode: "immediate" | "fast"): Promise<void>;
  /** Stops or continues every one of its processes where it stands. */
  signal(signal: "SIGSTOP" | "SIGCONT"): Promise<void>;
  remove(): Promise<void>;
}

/** Makes and starts a server. Its folder, a new one unless it is given, is removed with it. */
export async function startPostgres(
  folder = mkdtempSync(join(tmpdir(), "gatehouse-postgres-")),
): Promise<PostgresServer> {
  const port = freePort();
  const { control, remove } = await makeCluster(folder);
  const listening = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`;
  const server: PostgresServer = {
    port,
    folder,
    url: (database, through = port) => `postgres://app@127.0.0.1:${through}/${database}`,
    createDatabase: async () => {
      const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
      await server.query("postgres", `create database ${name} owner app`);
      return name;
    },
    query: <Row>(database: string, statement: string, values?: unknown[]) =>
      queryAt<Row>(port, { database, statement, values }),
    start: () => control("start", "-l", join(folder, "log"), "-o", listening),
    stop: (mode) => control("stop", "-m", mode),
    signal: async (signal) => {
      for (const pid of await processesOf(dataOf(folder))) process.kill(pid, signal);
    },
    remove: async () => {
      await server.signal("SIGCONT").catch(() => undefined);
      await server.stop("immediate").catch(() => undefined);
      remove();
    },
  };
  await server.start();
  await server.query("postgres", "create role app login createdb");
  return server;
}

interface Asked {
  database: string;
  statement: string;
  values?: unknown[] | undefined;
}

/** Runs a statement as the superuser of a server on this machine. */
export async function queryAt<Row>(port: number, { database, statement, values = [] }: Asked): Promise<Row[]> {
  const client = new Client({ host: "127.0.0.1", port, user: "owner", database });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(statement, values)).rows as Row[]; // whoever asks names the columns of the statement
  } finally {
    await client.end().catch(() => undefined);
  }
}

const dataOf = (folder: string) => join(folder, "data");

interface Cluster {
  /** `pg_ctl` for it, run by an ordinary user. */
  control(...words: string[]): Promise<void>;
  remove(): void;
}

/** Makes what a server needs in a folder. */
async function makeCluster(folder: string): Promise<Cluster> {
  const programs = reachablePrograms();
  const program = (name: string) => join(programs.folder, name);
  const data = dataOf(folder);
  giveAway(folder);
  const run = async (...command: string[]) => {
    const child = Bun.spawn([...asOrdinaryUser, ...command], {
      cwd: folder,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    if ((await child.exited) !== 0) throw new Error(`${command[0]}: ${await new Response(child.stderr).text()}`);
  };
  await run(program("initdb"), "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-locale");
  return {
    control: (...words) => run(program("pg_ctl"), "-D", data, "-w", "-t", "30", "-s", ...words),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      programs.remove();
    },
  };
}

/** The server's main process and all its children. */
async function processesOf(data: string): Promise<number[]> {
  const main = Number((await Bun.file(join(data, "postmaster.pid")).text()).split("\n")[0]);
  return [main, ...childrenOf(main)];
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres, type PostgresServer } from "../tests/support/postgres/server";
import { freePort, startProgram, type Program } from "../tests/support/program";
import { until } from "../tests/support/until";

/** Everything that is measured, started and warm, with one Postgres and one signed-in person for all of them. */
export interface Stage {
  postgres: PostgresServer;
  database: string;
  /** The cookie of the one session that everybody is asked about. */
  cookie: string;
  hello: Running;
  /** Gatehouse's own answer about that session, with nothing looked up. */
  byHeart: Running;
  /** The question of a session check with nothing around it, by `pg` and by Bun's own client. */
  barePg: Running;
  bareSql: Running;
  gatehouse: Program;
  /** The same with nothing kept in memory. */
  forgetful: Program;
  embedded: Program;
  /** A member of the embedded one. */
  embeddedCookie: string;
  authOnElysia: Running;
  authOnNode: Running;
  end(): Promise<void>;
}

/** Something that answers, and its process. */
export type Running = Pick<Program, "origin"> & { process: { pid: number } };

const root = join(import.meta.dir, "..");
const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
/** What every program is told: floods come from many clients, which a proxy on this machine vouches for. */
export const settings = { BETTER_AUTH_SECRET: secret, TRUSTED_PROXIES: "127.0.0.1, ::1" };
export const password = "a long enough password";

export async function setStage(): Promise<Stage> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const DATABASE_URL = postgres.url(database);
  const gatehouse = await startQuietly({ ...settings, DATABASE_URL });
  const forgetful = await startQuietly({ ...settings, DATABASE_URL, GATEHOUSE_SESSION_CACHE: "0" });
  const embedded = await startQuietly(settings);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const bundle = join(folder, "node.mjs");
  await run("bun", "build", "bench/peers/better-auth-node.ts", "--target=node", `--outfile=${bundle}`);
  const onBun = (peer: string) => [process.execPath, `bench/peers/${peer}.ts`];
  const auth = { DATABASE_URL, BETTER_AUTH_SECRET: secret };
  const cookie = await newMember(gatehouse, "ada@example.org");
  const [hello, byHeart, barePg, bareSql, authOnElysia, authOnNode] = [
    await startPeer(onBun("hello"), {}),
    await startPeer(onBun("by-heart"), await answerFor(gatehouse, cookie)),
    await startPeer(onBun("bare-pg"), { DATABASE_URL }),
    await startPeer(onBun("bare-sql"), { DATABASE_URL }),
    await startPeer(onBun("better-auth-elysia"), auth),
    await startPeer(["node", bundle], { ...auth, NODE_ENV: "production" }),
  ];
  const peers = { hello, byHeart, barePg, bareSql, authOnElysia, authOnNode };
  return {
    postgres,
    database,
    gatehouse,
    forgetful,
    embedded,
    cookie,
    embeddedCookie: await newMember(embedded, "ada@example.org"),
    ...peers,
    async end() {
      for (const peer of Object.values(peers)) peer.process.kill("SIGKILL");
      for (const program of [gatehouse, forgetful, embedded]) await program.remove();
      await postgres.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What Gatehouse answers to a cookie, for a peer to say the same. */
async function answerFor({ origin }: Running, cookie: string): Promise<Record<string, string>> {
  const answer = await fetch(`${origin}/api/session`, { headers: { cookie } });
  const ofServer = new Set(["connection", "content-length", "date"]);
  const headers = [...answer.headers].filter(([name]) => !ofServer.has(name));
  return { COOKIE: cookie, ANSWER: await answer.text(), HEADERS: JSON.stringify(Object.fromEntries(headers)) };
}

/** A program whose log nobody reads but the system, as under a service manager. */
export async function startQuietly(given: Record<string, string>): Promise<Program> {
  const program = await startProgram(given);
  for (const stream of [program.process.stdout, program.process.stderr])
    void new Response(stream).text().catch(() => undefined);
  await untilReady(program.origin);
  return program;
}

export async function untilReady(origin: string) {
  await until("the program is ready", async () => (await fetch(`${origin}/readyz`).catch(() => null))?.status === 200);
}

async function startPeer(command: string[], environment: Record<string, string>) {
  const PORT = String(freePort());
  const origin = `http://localhost:${PORT}`;
  const env = { PATH: process.env.PATH ?? "", PORT, BETTER_AUTH_URL: origin, ...environment };
  const child = Bun.spawn(command, { cwd: root, env, stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  await until("the peer answers", async () => (await fetch(origin).catch(() => null)) !== null, { every: 20 });
  return { origin, process: child };
}

async function run(...command: string[]) {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed.`);
}

/** A new account, signed in; gives its cookie. */
export async function newMember({ origin }: Pick<Program, "origin">, email: string): Promise<string> {
  await post(`${origin}/api/auth/sign-up/email`, { email, password, name: "Ada Example" });
  return signIn({ origin }, email);
}

export async function signIn({ origin }: Pick<Program, "origin">, email: string): Promise<string> {
  const response = await post(`${origin}/api/auth/sign-in/email`, { email, password });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

let clients = 0;

/** Each from a client of its own; again while a busy machine answers "try again". */
export async function post(url: string, body: object, cookie = ""): Promise<Response> {
  const { origin, pathname: path } = new URL(url);
  const ask = async () => {
    const headers = { origin, cookie, "content-type": "application/json", "x-forwarded-for": nextClient() };
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
    await response.arrayBuffer();
    return response;
  };
  let response = await ask();
  for (let tries = 0; response.status === 503 && tries < 10; tries++) {
    await Bun.sleep(500);
    response = await ask();
  }
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return response;
}

const nextClient = () => `10.200.${++clients >> 8}.${clients & 255}`;

/** Posts a page's form, likewise. Throws when it does not lead on. */
export async function postForm(url: string, fields: Record<string, string>, cookie: string): Promise<void> {
  const { origin, pathname: path } = new URL(url);
  const headers = { origin, cookie, "x-forwarded-for": nextClient() };
  const body = new URLSearchParams(fields);
  const response = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
  await response.arrayBuffer();
  if (!response.headers.get("location")?.includes("done=")) throw new Error(`${path} answered ${response.status}.`);
}

/** What a process has used of the cores, by Linux, in hundredths of a second. */
export function coreSecondsOf({ pid }: { pid: number }): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The resident memory of a process, in MB. */
export const memoryOf = ({ pid }: { pid: number }): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

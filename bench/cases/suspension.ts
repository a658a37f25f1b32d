import { Client } from "pg";
import { manage } from "../../tests/support/manage";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { freePort, type Program } from "../../tests/support/program";
import { startWire, type Wire } from "../../tests/support/tcp-proxy";
import { until } from "../../tests/support/until";
import { newMember, postForm, settings, signIn, startQuietly } from "../stage";

/** How long two replicas still answer for the session of somebody who is suspended. */

/** Each way in which somebody is suspended. */
export const ways = ["page", "verb", "SQL"] as const;
export type Way = (typeof ways)[number];

/** What becomes of the connections on which the replicas hear: they stand still, or they end and none is made. */
export type Cut = "silent" | "ended";

/** Of one suspension. */
export interface Lasted {
  /**
   * The milliseconds from the commit, as Postgres notes it, until the last 200 arrived that either replica answered;
   * 0 when none arrived after it.
   */
  milliseconds: number;
  /** How many arrived after the commit. */
  after: number;
}

/** Two replicas on one database, and an administrator. */
export interface Pair {
  /** Suspends somebody once who is signed in before, and resumes them afterwards. */
  round(way: Way, cut?: Cut): Promise<Lasted>;
  remove(): Promise<void>;
}

const members = 20;
const addressOf = (number: number) => `member${number}@example.org`;
const admin = "administrator@example.org";

/** The id of somebody, as a part of a statement. */
const whose = `(select id from "user" where email = $1)`;

/** Starts them on a new database of a server that notes when each transaction was committed; `cuttable` or not. */
export async function startPair(postgres: PostgresServer, cuttable: boolean): Promise<Pair> {
  const database = await postgres.createDatabase();
  const wire = cuttable ? await startWire(postgres.port) : undefined;
  const shared = { ...settings, DATABASE_URL: postgres.url(database) };
  const own = { ...shared, ...(wire && { DATABASE_URL_DIRECT: postgres.url(database, wire.port) }) };
  const [first, second] = [await startReplica(own), await startReplica(own)];
  const query = <Row>(statement: string, email: string) => postgres.query<Row>(database, statement, [email]);
  const suspend: Record<Way, (whom: Whom) => Promise<unknown>> = {
    page: async ({ id }) =>
      postForm(`${first.origin}/admin/people/${id}/suspend`, { reason: "a measurement" }, await administrator()),
    verb: ({ email }) => orThrow(manage(shared, "users", "suspend", email)),
    SQL: ({ email }) => query(`insert into gatehouse.suspension (user_id) values (${whose})`, email),
  };
  await makePeople(first, query);
  const administrator = staysFresh(first);
  let rounds = 0;
  return {
    async round(way, cut) {
      const whom = await comeIn(first, query, addressOf(++rounds % members));
      for (const replica of [first, second]) await warmUp(replica, whom.cookie);
      const watched = [first, second].map(({ origin }) => watch(origin, whom.cookie));
      const act = () => suspend[way](whom);
      await (cut && wire ? heldUp(postgres, { database, whom, act, before: () => breakOff(wire, cut) }) : act());
      const answered = (await Promise.all(watched)).flat();
      wire?.flow();
      const [committed] = await query<{ at: number }>(committedAt, whom.email);
      if (!committed) throw new Error("Nobody was suspended.");
      await query(`delete from gatehouse.suspension where user_id = ${whose}`, whom.email);
      const late = answered.map((time) => time - committed.at).filter((milliseconds) => milliseconds > 0);
      return { milliseconds: Math.max(0, ...late), after: late.length };
    },
    async remove() {
      for (const { remove } of [first, second]) await remove();
      wire?.close();
    },
  };
}

const committedAt = `select extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
  from gatehouse.suspension where user_id = ${whose}`;

type Query = <Row>(statement: string, email: string) => Promise<Row[]>;

/** Whoever is suspended next, signed in. */
interface Whom {
  id: string;
  email: string;
  cookie: string;
}

async function makePeople(at: Program, query: Query) {
  const everybody = [...Array.from({ length: members }, (_, number) => addressOf(number)), admin];
  for (const email of everybody) await newMember(at, email);
  await query(`update "user" set email_verified = true where email = $1`, admin);
  await query(`insert into gatehouse.role (user_id, role) values (${whose}, 'admin')`, admin);
}

async function comeIn(at: Program, query: Query, email: string): Promise<Whom> {
  const [person] = await query<{ id: string }>(`select id from "user" where email = $1`, email);
  return { id: person?.id ?? "", email, cookie: await signIn(at, email) };
}

/** An administrator's cookie, which is that of a fresh sign-in whenever it is asked for. */
function staysFresh(at: Program): () => Promise<string> {
  let [cookie, since] = ["", -Infinity];
  return async () => {
    const now = performance.now();
    if (now - since > 10 * 60 * 1000) [cookie, since] = [await signIn(at, admin), now];
    return cookie;
  };
}

interface Replica extends Program {
  /** Whether it believes what it keeps in memory, by its own metrics. */
  isLive(): Promise<boolean>;
}

async function startReplica(own: Record<string, string>): Promise<Replica> {
  const port = String(freePort());
  const program = await startQuietly({ ...own, GATEHOUSE_METRICS_PORT: port });
  const isLive = async () => {
    const told = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return /^gatehouse_session_cache_believed 1$/m.test(told) && /^gatehouse_session_cache_entries [1-9]/m.test(told);
  };
  return { ...program, isLive };
}

/** Until the session is answered for from memory. */
async function warmUp({ origin, isLive }: Replica, cookie: string) {
  const ask = async () => {
    if ((await check(origin, cookie)) !== 200) throw new Error("A session that lives was refused.");
    return isLive();
  };
  await until("the replica keeps sessions", ask);
  for (let asked = 0; asked < 20; asked++) await ask();
}

interface Held {
  database: string;
  whom: Whom;
  act(): Promise<unknown>;
  before(): void;
}

/** Acts on somebody; when nothing is left to do but what needs their row, does the rest right after `before`. */
async function heldUp(postgres: PostgresServer, { database, whom, act, before }: Held) {
  const holder = new Client(postgres.url(database));
  await holder.connect();
  await holder.query("begin");
  await holder.query(`select 1 from "user" where id = $1 for update`, [whom.id]);
  const acted = act();
  const waiting = "select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'";
  await until("the act waits", async () => (await postgres.query(database, waiting, [database])).length > 0);
  before();
  await holder.query("commit");
  await acted;
  await holder.end();
}

/** From now on the replicas hear nothing. */
function breakOff(wire: Wire, how: Cut) {
  wire.stall();
  if (how === "ended") wire.cut();
}

async function check(origin: string, cookie: string): Promise<number> {
  const response = await fetch(`${origin}/api/session`, { headers: { cookie } });
  await response.arrayBuffer();
  return response.status;
}

/** So many 401 in a row that no 200 comes after them. */
const enough = 50;

/** Asks again and again until nobody is signed in; when each 200 arrived, rounded up to whole milliseconds. */
async function watch(origin: string, cookie: string): Promise<number[]> {
  const arrived: number[] = [];
  for (let refused = 0; refused < enough; await Bun.sleep(1)) {
    const status = await check(origin, cookie);
    if (status !== 200 && status !== 401) throw new Error(`A session check answered ${status}.`);
    if (status === 200) arrived.push(Date.now() + 1);
    refused = status === 401 ? refused + 1 : 0;
  }
  return arrived;
}

async function orThrow(running: ReturnType<typeof manage>) {
  const { code, said } = await running;
  if (code !== 0) throw new Error(said);
}

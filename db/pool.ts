import type { Pool, PoolClient } from "pg";
import type { StatementNames } from "./asked-often";
import type { Connections, Notice } from "./types";
import { within } from "./deadline";
import { codeOf } from "./error-code";
import { isReadOnly, isStalePlan, NoConnection, sqlState } from "./failure";
import { refuseStandby } from "./standby";

/** So that a connection nobody hears of any more is noticed, and the server's operator knows whose it is. */
const connectionDefaults = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  application_name: "gatehouse",
};

/**
 * What every pool is given. A visitor is never kept waiting longer than these, and none of them is longer than what
 * an honest "try again" may take. The idle time is less than the five minutes after which Neon suspends a compute.
 */
export const poolOptions = {
  ...connectionDefaults,
  connectionTimeoutMillis: 1_500,
  max: 10,
  query_timeout: 1_500, // milliseconds
  idleTimeoutMillis: 4 * 60_000,
  maxLifetimeSeconds: 30 * 60,
};

/** The same for a connection of session checks, whose pool looks at the clock itself. */
export const checkOptions = { ...connectionDefaults, connectionTimeoutMillis: poolOptions.connectionTimeoutMillis };

/**
 * Ends at the server what the client has given up. A pooler refuses these at connect, so they are for direct
 * connections. In milliseconds.
 */
export const serverDeadlines = {
  statement_timeout: 2_000,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: 10_000,
};

/**
 * Takes from a connection what a role may have been given for visitors (docs/operate.md, behind a pooler). One is left:
 * of a program that stands still, or whose machine is gone, the server would keep every lock, for hours.
 */
export const noDeadlines =
  "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = '5min'; " +
  "select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'"; // from Postgres 17 on

/** A connection of its own for work without a visitor: it may take its time, but not to connect. */
export const directOptions = { ...connectionDefaults, connectionTimeoutMillis: 3_000 };

/** How the connections of the pages and those of the session checks stand. */
export const connectionsOf = (
  { totalCount, idleCount, waitingCount }: Pick<Pool, "totalCount" | "idleCount" | "waitingCount">,
  checks: Connections,
): Connections => ({
  idle: checks.idle + idleCount,
  busy: checks.busy + totalCount - idleCount,
  waiting: checks.waiting + waitingCount,
});

const longestCheckoutMilliseconds = 15_000;
/** A connection that sat idle for longer is asked before it is used, and has `pingMilliseconds` for its answer. */
export const trustedIdleMilliseconds = 1_000;
export const pingMilliseconds = 500;
const retryPausesMilliseconds = [100, 250, 500];

/**
 * A pool whose clients answer, and lead to a primary. A connection that sat idle is asked before it is handed out, so
 * that nothing is ever sent on a dead one; connecting is tried again while nothing was sent; what comes back
 * unfinished, or not at all (Drizzle does not give a client back when its BEGIN fails), is destroyed. With `names`,
 * what is asked often is prepared.
 */
export function withHealthChecks<AnyPool extends Pool>(pool: AnyPool, notice: Notice, names?: StatementNames): AnyPool {
  // Unheard, either of these would end the program: the pool speaks for idle connections, a client for itself.
  pool.on("error", (error) => notice("database.connection_lost", error));
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const connectAnywhere = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const lastUsed = new WeakMap<PoolClient, number>();

  async function connect(): Promise<PoolClient> {
    const client = await connectAnywhere();
    if (lastUsed.has(client)) return client;
    await refuseStandby(client).catch((error) => {
      client.release(true);
      throw error;
    });
    return client;
  }

  async function checkOut(): Promise<PoolClient> {
    for (;;) {
      const client = await patiently(connect);
      if (await answers(client, lastUsed.get(client))) return guarded(client, { lastUsed, names });
      client.release(true);
    }
  }

  type Callback = (error: Error | undefined, client?: PoolClient, release?: PoolClient["release"]) => void;
  const replacement = (callback?: Callback) => {
    const client = checkOut();
    if (!callback) return client;
    client.then((ready) => callback(undefined, ready, ready.release), callback);
  };
  return Object.assign(pool, { connect: replacement });
}

/**
 * What comes of connecting, which is tried again, after growing pauses, while nothing was sent. Rejects with
 * NoConnection.
 */
export async function patiently<AnyClient>(connect: () => Promise<AnyClient>): Promise<AnyClient> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await connect();
    } catch (error) {
      const delay = retryPausesMilliseconds[attempt];
      if (delay === undefined || !isWorthAnotherTry(error))
        throw new NoConnection("No connection to the database.", { cause: error });
      await Bun.sleep(delay * (0.5 + Math.random()));
    }
  }
}

/** A server that takes no writes is left: since then, another one may be where the address leads. */
async function answers(client: PoolClient, usedAt: number | undefined): Promise<boolean> {
  // By the clock on the wall, which counts while a machine is suspended, and may be set back.
  const idle = usedAt === undefined ? 0 : Date.now() - usedAt;
  if (idle >= 0 && idle < trustedIdleMilliseconds) return true;
  return within(pingMilliseconds, client.query("show transaction_read_only")).then(
    ({ rows }) => rows[0]?.transaction_read_only === "off",
    () => false,
  );
}

interface Guarding {
  lastUsed: WeakMap<PoolClient, number>;
  names?: StatementNames;
}

/**
 * The client with a release that may be called twice, and is called by us when nobody else does: when the connection
 * is lost or leads to a server that takes no writes, when a question on it went unanswered, and at the latest when it
 * was out for too long.
 */
function guarded(client: PoolClient, { lastUsed, names }: Guarding): PoolClient {
  const { release, query } = client;
  let out = true;
  const giveBack = (problem?: Error | boolean) => {
    if (!out) return;
    out = false;
    clearTimeout(forgotten);
    client.removeListener("error", lost);
    lastUsed.set(client, Date.now());
    client.query = query;
    // A statement still running here would answer the next one's question late.
    const unfinished = !(client as unknown as { readyForQuery: boolean }).readyForQuery;
    release.call(client, problem || unfinished);
  };
  const lost = () => giveBack(true);
  const forgotten = setTimeout(lost, longestCheckoutMilliseconds);
  forgotten.unref();
  client.on("error", lost);
  client.release = giveBack;
  client.query = ((...question: unknown[]) => {
    const answer: unknown = Reflect.apply(query, client, names ? named(question, names) : question);
    if (answer instanceof Promise)
      answer.catch((error) => (sqlState(error) === undefined || isReadOnly(error) || isStalePlan(error)) && lost());
    return answer;
  }) as typeof query;
  return client;
}

/** A question with the name of its statement, where it has values, and a name. `begin` and its like have neither. */
function named([config, values, ...others]: unknown[], names: StatementNames): unknown[] {
  const text = isConfig(config) && Array.isArray(values) && values.length > 0 ? config.text : undefined;
  const name = text === undefined ? undefined : names.nameOf(text);
  return [name === undefined ? config : { ...(config as object), name }, values, ...others];
}

const isConfig = (config: unknown): config is { text: string } =>
  config !== null && typeof config === "object" && "text" in config && typeof config.text === "string";

/**
 * Errors of connecting, before anything was sent: refused, reset, starting up or shutting down; a WebSocket's have no
 * name.
 */
function isWorthAnotherTry(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|57P0[123])$/.test(codeOf(error) ?? "") ||
    error.message === "Connection terminated unexpectedly"
  );
}

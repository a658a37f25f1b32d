import type { Client } from "pg";
import { budgetMilliseconds, TooLate } from "../deadline";
import { NoConnection, sqlState } from "../failure";
import { isNameLost } from "../named-statements";
import { patiently, pingMilliseconds, poolOptions, trustedIdleMilliseconds } from "../pool";
import { refuseStandby } from "../standby";
import type { Connections, Notice } from "../types";
import { tooLate, wakeAt, type Watched } from "./alarm";
import { connectionOn, type CheckConnection, type Question, type Statement } from "./connection";
import type { Texts } from "./row";

/** Connections that are asked nothing but session checks. */
export interface CheckPool {
  /**
   * The row of a token's session; undefined when there is none. Rejects when the database does not say within the time
   * that a request has, 1.7 seconds.
   */
  rowOf(token: string): Promise<Texts | undefined>;
  /** Resolves when the database answers, and rejects as `rowOf` does. */
  ping(): Promise<void>;
  connections(): Connections;
  /** Ends every connection; whoever waits is refused. */
  end(): Promise<void>;
}

interface CheckPoolNeeds {
  /** A client that is not connected yet. */
  open(): Client;
  statement: Statement;
  /** Hears that the server, or a pooler before it, does not know the statement's name any more. */
  loseName(): void;
  notice: Notice;
}

interface Limits {
  /** How many connections there are at the most. */
  connections: number;
  /** How many questions one of them is asked at once, while others wait. */
  atOnce: number;
  /** After how many milliseconds an unused connection is given back, and any connection is replaced. */
  longestIdle: number;
  longestLife: number;
  /** How many milliseconds lie between two looks at that. */
  round: number;
}

/** What the program has. */
const usualLimits: Limits = {
  connections: 4,
  atOnce: 16,
  longestIdle: poolOptions.idleTimeoutMillis,
  longestLife: poolOptions.maxLifetimeSeconds * 1000,
  round: 30 * 1000,
};

interface State extends CheckPoolNeeds, Watched {
  limits: Limits;
  /** Those that may be asked. The one that was used last is asked first, so that the others can be given back. */
  idle: CheckConnection[];
  /** How many connections are being opened, and until when no more are, while the server takes none. */
  opening: number;
  notBefore: number;
  isClosed: boolean;
}

/**
 * A pool with the promises of `withHealthChecks`: a connection that sat idle is asked before it is used, connecting is
 * tried again while nothing was sent, and what does not answer in time is destroyed. A check is the one question that
 * is asked thousands of times a second, so none of this costs it a timer, a listener or a promise of its own.
 */
export function createCheckPool(needs: CheckPoolNeeds, limits = usualLimits): CheckPool {
  const pool: State = {
    ...{ ...needs, limits },
    ...{ all: new Set(), idle: [], waiting: [], opening: 0, notBefore: 0, isClosed: false },
  };
  const rounds = setInterval(() => giveBack(pool), limits.round);
  rounds.unref();
  const ask = (token: string | null) =>
    new Promise<Texts | undefined>((answer, refuse) => {
      const due = performance.now() + budgetMilliseconds;
      place(pool, { token, due, longest: longestAnswer, answer, refuse, losses: 0, lostAt: 0 });
    });
  return {
    rowOf: ask,
    ping: async () => void (await ask(null)),
    connections: () => ({
      idle: pool.idle.length,
      busy: pool.all.size + pool.opening - pool.idle.length,
      waiting: pool.waiting.length,
    }),
    async end() {
      pool.isClosed = true;
      clearInterval(rounds);
      clearTimeout(pool.alarm?.timer);
      const owed = [...pool.waiting.splice(0), ...[...pool.all].flatMap(({ asked }) => asked)];
      await Promise.all([...pool.all].map((connection) => connection.end()));
      for (const { refuse } of owed) refuse(new NoConnection("The pool is closed."));
    },
  };
}

const longestAnswer = poolOptions.query_timeout;
const pauseMilliseconds = 1000;

/** Asks a question as soon as a connection is free. */
function place(pool: State, question: Question) {
  if (pool.isClosed) return question.refuse(new NoConnection("The pool is closed."));
  const connection = pool.idle.pop();
  if (connection) return askOn(pool, connection, question);
  const isFirst = question.due < (pool.waiting[0]?.due ?? 0); // it was asked in vain before
  if (isFirst) pool.waiting.unshift(question);
  else pool.waiting.push(question);
  wakeAt(pool, question.due);
  openMore(pool);
}

/**
 * A connection that sat idle may be dead, and so may any when another one was just lost. Nobody would hear of that
 * before the question is lost on it: it is asked for an answer first.
 */
function askOn(pool: State, connection: CheckConnection, question: Question) {
  const trustedSince = Math.max(performance.now() - trustedIdleMilliseconds, question.lostAt);
  if (connection.usedAt > trustedSince) return put(pool, connection, [question]);
  const again = () => (question.due > performance.now() ? place(pool, question) : question.refuse(tooLate()));
  put(pool, connection, [{ ...question, token: null, longest: pingMilliseconds, answer: again, refuse: again }]);
}

function put(pool: State, connection: CheckConnection, questions: readonly Question[]) {
  connection.ask(questions);
  for (const { due, longest } of questions) wakeAt(pool, Math.min(due, connection.askedAt + longest));
}

/**
 * A connection gave its answers: what came meanwhile is asked at once, before anybody works with the answers. So it is
 * one question at a time while few come, and more the more there are.
 */
function free(pool: State, connection: CheckConnection) {
  if (pool.isClosed || connection.usedAt - connection.bornAt > pool.limits.longestLife) return retire(pool, connection);
  const next = pool.waiting.splice(0, howManyAtOnce(pool));
  if (next.length > 0) put(pool, connection, next);
  else pool.idle.push(connection);
}

/** What asks for nothing but an answer is asked alone. */
function howManyAtOnce({ waiting, limits }: State): number {
  let count = 1;
  while (count < limits.atOnce && waiting[0]?.token !== null && typeof waiting[count]?.token === "string") count += 1;
  return count;
}

function lost(pool: State, connection: CheckConnection, { error, owed }: { error: Error; owed: readonly Question[] }) {
  const isIdle = pool.idle.includes(connection);
  drop(pool, connection);
  if (isIdle && !pool.isClosed) pool.notice("database.connection_lost", error);
  if (isNameLost(error)) pool.loseName();
  const refusal = sqlState(error) === undefined ? new NoConnection("No answer came.", { cause: error }) : error;
  for (const question of owed) {
    const losses = question.losses + 1;
    // As many as may all be lost at once.
    if (losses <= pool.limits.connections && isWorthAsking(error))
      place(pool, { ...question, losses, lostAt: performance.now() });
    else question.refuse(refusal);
  }
  openMore(pool);
}

/**
 * Whether the connection is to blame, or the name of the statement, and not the question: a check only reads, so it may
 * be asked again on another connection. What did not answer in time would not do so sooner there.
 */
function isWorthAsking(error: Error): boolean {
  const state = sqlState(error);
  return state === undefined ? !(error instanceof TooLate) : isNameLost(error) || /^(08|57P)/.test(state);
}

/** Ends a connection that is not being asked anything. */
function retire(pool: State, connection: CheckConnection) {
  drop(pool, connection);
  void connection.end();
  openMore(pool);
}

function drop(pool: State, connection: CheckConnection) {
  pool.all.delete(connection);
  pool.idle = pool.idle.filter((each) => each !== connection);
}

/** Gives back what is old, and what nobody needed for minutes; but not the last connection for that. */
function giveBack(pool: State) {
  const now = performance.now();
  const { longestIdle, longestLife } = pool.limits;
  for (const connection of pool.idle) {
    const isUnused = pool.all.size > 1 && now - connection.usedAt > longestIdle;
    if (isUnused || now - connection.bornAt > longestLife) retire(pool, connection);
  }
}

function openMore(pool: State) {
  if (pool.isClosed || (pool.all.size > 0 && performance.now() < pool.notBefore)) return;
  while (pool.opening < pool.waiting.length && pool.all.size + pool.opening < pool.limits.connections)
    void openOne(pool);
}

async function openOne(pool: State) {
  const began = performance.now();
  pool.opening += 1;
  const opened = await patiently(() => connected(pool.open())).catch((error: NoConnection) => error);
  pool.opening -= 1;
  if (opened instanceof NoConnection) return cannotOpen(pool, opened, began);
  const connection = connectionOn(opened, pool.statement, {
    free: (one) => free(pool, one),
    lost: (one, error, owed) => lost(pool, one, { error, owed }),
  });
  pool.all.add(connection);
  free(pool, connection);
}

/** Whoever waits is served by the connections that there are; where there are none, he has waited for long enough. */
function cannotOpen(pool: State, error: NoConnection, began: number) {
  pool.notBefore = performance.now() + pauseMilliseconds;
  if (pool.all.size + pool.opening > 0) return;
  const isFromBefore = ({ due }: Question) => due - budgetMilliseconds <= began;
  while (pool.waiting[0] && isFromBefore(pool.waiting[0])) pool.waiting.shift()?.refuse(error);
  openMore(pool); // for whoever came later
}

async function connected(client: Client): Promise<Client> {
  client.on("error", () => undefined); // an error of connecting is told to whoever connects
  await client.connect();
  await refuseStandby(client).catch((error) => {
    void client.end().catch(() => undefined);
    throw error;
  });
  return client;
}

import type { PGlite } from "@electric-sql/pglite";
import type { Client } from "pg";
import { sql, type SQL } from "drizzle-orm";
import { within } from "./deadline";
import { NoConnection } from "./failure";

/** A connection on which the database tells what changed. */
export interface Listener {
  /**
   * Resolves once everything that was committed before the call has been heard, with what the tables and the triggers
   * that tell of their changes are: another text when either was replaced meanwhile, or switched off for a while;
   * undefined when not everything that changes the tables is told. Rejects when the connection does not answer within
   * `milliseconds`.
   */
  catchUp(milliseconds: number): Promise<string | undefined>;
  /** Settles when the connection is lost or closed: from then on nothing is heard. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/** The channel on which triggers of four tables tell whose session, user, factors or roles changed. */
const changesChannel = "gatehouse_changes";

/**
 * What is told there when a program that sends nothing itself has ordered a mail, or made a webhook due. To a version
 * that does not know it, it is the id of a session that nobody has.
 */
export const somethingIsDue = '["mails"]'; // the former name of both, which versions that run beside this one know

/** Tells every program that listens. One that sleeps looks when the next request comes. */
export async function tellSomethingIsDue(on: { execute(statement: SQL): PromiseLike<unknown> }): Promise<void> {
  await on.execute(sql`select pg_notify(${changesChannel}, ${somethingIsDue})`);
}

/** Opens a listener. Rejects when that is not possible now. */
export type Listen = (hear: (payload: string) => void) => Promise<Listener>;

/** The tables that a session check reads. Of the two of our own, rows that are new or moved are told of, too. */
const tables = ["public.session", 'public."user"', "gatehouse.session_factor", "gatehouse.role"]
  .map((name) => `to_regclass('${name}')`)
  .join(", ");

/**
 * The question by which a listener tells itself something. Postgres delivers what a connection tells itself after all
 * that was committed before, so what it hears in between is everything.
 * https://www.postgresql.org/docs/current/sql-notify.html
 */
const echo = `select pg_notify($1, $2), (
  select string_agg(concat_ws(' ', relfilenode, trigger.oid, trigger.xmin), ', ' order by trigger.oid)
  from pg_trigger trigger join pg_class on pg_class.oid = tgrelid
  where tgrelid in (${tables}) and tgenabled = 'A'
    and tgname in
      ('gatehouse_insert', 'gatehouse_update', 'gatehouse_moved', 'gatehouse_delete', 'gatehouse_truncate')
  having count(*) = 16 and not exists (select from pg_subscription_rel where srrelid in (${tables}))
) as told`; // what a subscription applies fires no statement trigger

/** Listening on a connection of its own, which goes past any pooler: one would not pass on what is told. */
export async function listenOn(client: Client, hear: (payload: string) => void): Promise<Listener> {
  // With a name, because it is asked with everything that is changed: no pooler is in between that could lose it.
  const named = { name: "gatehouse_echo", text: echo };
  const echoes = createEchoes(async (values) => (await client.query(named, values)).rows[0]?.told ?? undefined);
  const ended = new Promise<void>((resolve) => {
    client.on("end", resolve);
    client.on("error", () => resolve());
  });
  client.on("notification", ({ channel, payload = "" }) =>
    channel === echoes.channel ? echoes.heard(payload) : hear(payload),
  );
  const close = async () => {
    await within(closeMilliseconds, client.end()).catch(() => undefined);
  };
  try {
    await client.connect();
    const listening = {
      text: `listen ${changesChannel}; listen ${echoes.channel}`,
      query_timeout: longestListenMilliseconds,
    }; // pg takes it with a question, its types do not know
    await client.query(listening);
  } catch (error) {
    void close();
    throw new NoConnection("No connection to listen on.", { cause: error });
  }
  return { catchUp: echoes.catchUp, ended, close };
}

/** The same on the one connection of the embedded database. */
export async function listenEmbedded(pglite: PGlite, hear: (payload: string) => void): Promise<Listener> {
  const echoes = createEchoes(
    async (values) => (await pglite.query<{ told: string | null }>(echo, values)).rows[0]?.told ?? undefined,
  );
  const stops = [await pglite.listen(echoes.channel, echoes.heard)];
  stops.push(await pglite.listen(changesChannel, hear));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const close = async () => {
    resolve();
    for (const stop of stops) await stop().catch(() => undefined); // a closed database listens no more
  };
  return { catchUp: echoes.catchUp, ended, close };
}

const longestListenMilliseconds = 3000;
const closeMilliseconds = 1000;

/** Waits until all that was told before has been heard: asks `echo`, and hears its answer on a channel of our own. */
function createEchoes(ask: (values: [channel: string, id: string]) => Promise<string | undefined>) {
  // Our own: an echo concerns no other replica.
  const channel = `gatehouse_echo_${crypto.randomUUID().replaceAll("-", "")}`;
  const waiting = new Map<string, () => void>();
  let calls = 0;
  return {
    channel,
    heard: (id: string) => waiting.get(id)?.(),
    async catchUp(milliseconds: number): Promise<string | undefined> {
      const id = String(++calls);
      const back = new Promise<void>((resolve) => void waiting.set(id, resolve));
      const silent = () => new NoConnection("The listening connection is silent.");
      try {
        const [told] = await within(milliseconds, Promise.all([ask([channel, id]), back]), silent);
        return told;
      } finally {
        waiting.delete(id);
      }
    },
  };
}

import { sql, type SQL } from "drizzle-orm";
import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { rowsOf } from "../../db/transaction";
import type { Client } from "../http/visit";
import { clientKey, networkKey } from "../http/client-key";
import { hmacSha256, type KeyRing } from "./keys";
import type { Metrics } from "../process/metrics";
import type { Log } from "../process/log";
import { done, refused, type Done, type Refused } from "../result";
import { hours, minutes } from "../time";

/** How long sending somebody's own data to them may take, in seconds. */
export const longestExport = 5 * minutes;

/**
 * How long to wait after the first, the second, … the n-th try, in seconds; the last wait stays. A key that was quiet
 * for an hour starts anew.
 */
export type Waits = readonly number[];

/** The waits of each kind of limit. */
export type Limits = Record<string, Waits>;

const freeTries = (count: number): number[] => Array<number>(count).fill(0);

/** The limits of the core. Per account: ten wrong passwords an hour, from all browsers that its owner never used. */
export const coreLimits = {
  password: [...freeTries(4), 1 * minutes, 2 * minutes, 4 * minutes, 8 * minutes, 16 * minutes, 30 * minutes],
  code: [...freeTries(4), 1 * minutes, 5 * minutes, 15 * minutes, 30 * minutes],
  /** Mails that anybody can ask for, to one address: three an hour. */
  mail: [30, 1 * minutes, 1 * hours],
  client: [...freeTries(19), 15, 30, 1 * minutes, 2 * minutes, 5 * minutes, 15 * minutes],
  network: [...freeTries(199), 15, 30, 1 * minutes, 2 * minutes, 5 * minutes, 15 * minutes],
  /** New accounts: a class behind one address gets in without a wait; a script that goes on is held to four an hour. */
  signUp: [...freeTries(39), 1 * minutes, 5 * minutes, 15 * minutes],
  signUpNetwork: [...freeTries(199), 1 * minutes, 5 * minutes, 15 * minutes],
  /** First mails of accounts that were made with one address, one after the other. */
  firstMail: [0, 1 * hours],
  /** Mails to other addresses that one account asks for. */
  accountMail: [...freeTries(9), 1 * hours],
  /** Warnings of one kind to one address, and of one account: whoever knows a password could fill a mailbox. */
  warning: [...freeTries(4), 1 * hours],
  /** Right sign-ins to one account, proofs among them: each costs a hash and is a session. */
  signIn: [...freeTries(59), 1 * minutes],
  /** Questions how hard a password is to guess, while it is typed: one after each pause. */
  strength: [...freeTries(119), 15, 30, 1 * minutes],
  strengthNetwork: [...freeTries(1199), 15, 30, 1 * minutes],
  /** Changes of one's own name, address or password, each of which is an event. */
  change: [...freeTries(59), 1 * minutes],
  /** Downloads of the data of one person by one person, mostly their own: five an hour. */
  export: [...freeTries(4), 1 * hours],
  /** One at a time: open again when it has ended, and in any case after this. */
  exportUnderWay: [longestExport],
} satisfies Limits;

/** One limit as it applies to one try: which, and whose. */
export interface Limit {
  kind: keyof typeof coreLimits;
  key: string;
  /** Of a limit that counts by address: the address. */
  ip?: string;
}

/** A try that must wait. */
export interface HeldUp extends Refused {
  /** Whether it is the first one that was held up since the try that brought the wait about. */
  isFirst: boolean;
}

/**
 * Who may try again, and when. Kept in the database, so that all replicas count together and a restart forgets
 * nothing.
 */
export interface Throttle {
  /**
   * Counts one try against each limit in turn, before it is known whether the try is right: of a hundred at the same
   * time no more get through than of a hundred in a row. Refused, with the seconds to wait, at the first limit that has
   * no room; those after it are not touched, so that whoever is held up cannot hold up others.
   */
  take(limits: readonly Limit[]): Promise<Done<undefined> | HeldUp>;
  /**
   * The try was a right one, or none that counts: those limits forget it. Never fails: what was done is done, and a
   * count that stays costs a wait. The log says why it stayed. With `before`, tries of that moment and later stay.
   */
  forgive(limits: readonly Limit[], before?: Date): Promise<void>;
}

/**
 * The limits of an account and the client that tries. A browser the owner has used before is counted on its own and by
 * nothing else: neither guesses at the account nor a neighbour behind the same address keep the owner out there.
 */
export const passwordLimits = (email: string, client: Client, device?: string): Limit[] =>
  device
    ? [{ kind: "password", key: `${email} ${device}` }]
    : [...clientLimits(client), { kind: "password", key: email }];

/** The limits of a client for anything that could be guessed: its own, and its provider's block where it has many. */
export const clientLimits = (client: Client): Limit[] => ownAndNetwork(client, "client", "network");

/** The limits of a client for making accounts. */
export const signUpLimits = (client: Client): Limit[] => ownAndNetwork(client, "signUp", "signUpNetwork");

/** The limits of a client for asking how hard a password is to guess. */
export const strengthLimits = (client: Client): Limit[] => ownAndNetwork(client, "strength", "strengthNetwork");

/** The limits of warnings. Each kind has its own: one that a thief brings about must not use up another. */
export const warningLimits = (warning: string, { email, userId }: { email: string; userId: string }): Limit[] =>
  [email, userId].map((whose) => ({ kind: "warning", key: `${warning} ${whose}` }));

function ownAndNetwork({ ip }: Client, ofClient: Limit["kind"], ofNetwork: Limit["kind"]): Limit[] {
  if (ip === "") return []; // a socket of this machine; one count for all of them would lock everybody out
  const [own, network] = [clientKey(ip), networkKey(ip)];
  return own === network
    ? [{ kind: ofClient, key: own, ip }]
    : [
        { kind: ofClient, key: own, ip },
        { kind: ofNetwork, key: network, ip },
      ];
}

/** What counts for more than the try that is forgiven: of these only that one is given back. */
const givenBackOneByOne: ReadonlySet<Limit["kind"]> = new Set(["client", "network", "signIn"]);

interface ThrottleParts {
  /** They hide whose counts they are from whoever reads the table. */
  keys: KeyRing;
  log: Log;
  limits?: Limits;
  /** How many more tries than its kind's a limit has without a wait. */
  moreTries?: (limit: Limit) => number;
  metrics?: Metrics;
}

/**
 * The throttle on a database. With several keys a try counts under each: so the counts stay when a secret becomes the
 * first, and when the last is dropped, and programs that begin with different ones count together.
 */
export function createThrottle(
  { orm }: Database,
  { keys, log, limits: waitsOf = coreLimits, moreTries, metrics }: ThrottleParts,
): Throttle {
  async function giveBack(row: string, tries: SQL, before?: Date) {
    const isLater = before ? sql`changed_at >= ${before.toISOString()}::timestamptz` : sql`false`;
    const update = sql`update gatehouse.throttle set tries = greatest(${tries}, 0), open_at = clock_timestamp()
      where key = ${row} and not ${isLater}`;
    await withDeadline(rowsOf(orm, update)).catch((error) => log("warn", "throttle.forgive_failed", { error }));
  }

  return {
    async take(limits) {
      for (const limit of limits) {
        const waits = waitsOf[limit.kind] ?? coreLimits.change;
        const rows = { keys: rowsOfLimit(keys, limit), waits, more: moreTries?.(limit) ?? 0 };
        const { seconds, isFirst } = await takeEach(orm, rows, giveBack);
        const problem = limit.kind === "mail" || limit.kind === "accountMail" ? "too_many_mails" : "too_many_tries";
        if (seconds === 0) continue;
        metrics?.count("gatehouse_throttled_total", { what: limit.kind });
        return { ...refused(problem, seconds), isFirst };
      }
      return done();
    },
    async forgive(limits, before) {
      for (const limit of limits) {
        const tries = givenBackOneByOne.has(limit.kind) ? sql`tries - 1` : sql`0`;
        for (const row of rowsOfLimit(keys, limit)) await giveBack(row, tries, before);
      }
    },
  };
}

/** The keys of the rows that count for a limit, one from each secret. */
export const rowsOfLimit = (keys: KeyRing, limit: Pick<Limit, "kind" | "key">): string[] =>
  keys.map((key) => hmacSha256(key, `${limit.kind} ${limit.key}`));

/** What came of counting a try: the seconds to wait, 0 when it may be made. */
interface Taken {
  seconds: number;
  isFirst: boolean;
}

/** How long to wait after which try. */
interface Room {
  waits: Waits;
  /** How many tries come before the first of the waits. */
  more: number;
}

/** Counts a try in each row, or in none: one that is refused is given back to the rows before. */
async function takeEach(
  orm: Database["orm"],
  { keys, ...room }: Room & { keys: readonly string[] },
  giveBack: (key: string, tries: SQL) => Promise<void>,
): Promise<Taken> {
  for (const [at, key] of keys.entries()) {
    const taken = await withDeadline(takeOne(orm, key, room));
    if (taken.seconds === 0) continue;
    for (const earlier of keys.slice(0, at)) await giveBack(earlier, sql`tries - 1`);
    return taken;
  }
  return { seconds: 0, isFirst: false };
}

/**
 * Counts a try and decides on it, in one statement under the row's lock. A wait that is longer than the longest of
 * `waits` was written by a clock that has been set back since, and does not hold. Times are those of the moment, not of
 * the transaction's begin: a try that had to wait for the row would else find it closed by the try before. Gives the
 * whole seconds to wait, 0 when the try may be made.
 */
async function takeOne(orm: Database["orm"], key: string, { waits, more }: Room): Promise<Taken> {
  const longest = Math.max(...waits);
  const after = (tries: SQL) =>
    sql`clock_timestamp() + make_interval(secs =>
      (${sql.param(`{${waits.join()}}`)}::float8[])[
        greatest(least(${tries} - ${more}::int, ${waits.length}::int), 1)])`;
  const tries = sql`case when t.changed_at < clock_timestamp() - interval '1 hour' then 1 else t.tries + 1 end`;
  const counted = await rowsOf(
    orm,
    sql`insert into gatehouse.throttle as t (key, tries, open_at, changed_at)
      values (${key}, 1, ${after(sql`1`)}, clock_timestamp())
      on conflict (key) do update set
        tries = ${tries}, open_at = ${after(tries)}, changed_at = clock_timestamp(), turned_away = false
      where t.open_at <= clock_timestamp() or t.open_at > clock_timestamp() + make_interval(secs => ${longest}::float8)
      returning 1`,
  );
  if (counted.length > 0) return { seconds: 0, isFirst: false };
  const [held] = await rowsOf<{ seconds: number; known: boolean }>(
    orm,
    sql`select ceil(extract(epoch from open_at - clock_timestamp()))::int as seconds, turned_away as known
      from gatehouse.throttle where key = ${key}`,
  );
  const first = held?.known
    ? []
    : await rowsOf(
        orm,
        sql`update gatehouse.throttle set turned_away = true where key = ${key} and not turned_away returning 1`,
      );
  return { seconds: Math.max(1, held?.seconds ?? 1), isFirst: first.length > 0 };
}

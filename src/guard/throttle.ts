import type { Statements } from "../../db/transaction";
import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import type { Client } from "../http/visit";
import { clientKey, networkKey } from "../http/client-key";
import { hmacSha256, type KeyRing } from "./keys";
import { countInTurn, forgetTries, waitOf, type GivenBack } from "./tries";
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
  /** When the last try was counted. */
  lastAt: Date;
}

/**
 * Who may try again, and when. Kept in the database, so that all replicas count together and a restart forgets
 * nothing.
 */
export interface Throttle {
  /**
   * Counts one try against each limit in turn, before it is known whether the try is right: of a hundred at the same
   * time no more get through than of a hundred in a row. Refused, with the seconds to wait, at the first limit that has
   * no room; those after it are not touched, so that whoever is held up cannot hold up others. A limit that is given
   * twice counts once. Counted `on` a transaction the try is forgotten when that is rolled back; its rows stay locked
   * until its end.
   */
  take(limits: readonly Limit[], on?: Statements): Promise<Done<undefined> | HeldUp>;
  /**
   * The try was a right one, or none that counts: those limits forget it. Never fails: what was done is done, and a
   * count that stays costs a wait. The log says why it stayed.
   */
  forgive(limits: readonly Limit[]): Promise<void>;
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
  const inTurn = (limit: Limit) => keysInTurn(keys, limit);
  const roomsOf = (limit: Limit) => {
    const [waits, more] = [waitsOf[limit.kind] ?? coreLimits.change, moreTries?.(limit) ?? 0];
    return inTurn(limit).map((key) => ({ key, limit, waits, more }));
  };
  const giveBack = async (on: Statements, rows: readonly GivenBack[]) => {
    if (rows.length === 0) return;
    const given = withDeadline(forgetTries(on, rows));
    await given.catch((error) => log("warn", "throttle.forgive_failed", { error }));
  };

  return {
    async take(limits, on = orm) {
      const rooms = eachOnce(limits.flatMap(roomsOf));
      const counted = rooms.length > 0 ? await withDeadline(countInTurn(on, rooms)) : 0;
      const closed = rooms[counted];
      if (!closed) return done();
      // In each row of a limit or in none.
      const ofSame = rooms.slice(0, counted).filter(({ limit }) => limit === closed.limit);
      const counts = ofSame.map(({ key }) => ({ key, isOne: true }));
      await giveBack(on, counts);
      const { seconds, ...about } = await withDeadline(waitOf(on, closed.key));
      const { kind } = closed.limit;
      metrics?.count("gatehouse_throttled_total", { what: kind });
      const problem = kind === "mail" || kind === "accountMail" ? "too_many_mails" : "too_many_tries";
      return { ...refused(problem, seconds), ...about };
    },
    forgive(limits) {
      const isOne = ({ kind }: Limit) => givenBackOneByOne.has(kind);
      const rows = limits.flatMap((limit) => inTurn(limit).map((key) => ({ key, isOne: isOne(limit) })));
      return giveBack(orm, eachOnce(rows));
    },
  };
}

/**
 * No statement may write a row twice. Two limits are one where a user's id is their email, or a secret is there twice.
 */
const eachOnce = <Row extends { key: string }>(rows: readonly Row[]): Row[] => [
  ...new Map(rows.map((row) => [row.key, row])).values(),
];

/** In an order that all replicas share, whichever secret is their first: no two wait for each other in a circle. */
const keysInTurn = (keys: KeyRing, limit: Limit): string[] => rowsOfLimit(keys, limit).sort();

/** The keys of the rows that count for a limit, one from each secret. */
export const rowsOfLimit = (keys: KeyRing, limit: Pick<Limit, "kind" | "key">): string[] =>
  keys.map((key) => hmacSha256(key, `${limit.kind} ${limit.key}`));

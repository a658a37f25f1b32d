import { openDatabase } from "../../db/database";
import type { Capability } from "../../src/capability";
import { linkIn } from "./mails";
import { startGatehouse, type Gatehouse, type Got, type Person, type Visitor } from "./harness";
import { sameBrowser } from "./kept";
import { startPostgres, type PostgresServer } from "./postgres/server";
import { rounds } from "./rounds";
import { until, untilFound } from "./until";

/** Several Gatehouses on one real database, as behind a balancer. */
export interface Replicas {
  /** Somebody with a browser and an address of their own, at the replica whose turn it is. */
  visitor(): Visitor;
  /** The same browser at the next replica and another address: what the balancer makes of a second tab. */
  otherTab(visitor: Visitor): Visitor;
  rows<Row = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<Row[]>;
  /** The next mail to an address with a link to `path`; each is given once, whichever replica sent it. */
  nextMail(address: string, path: string): Promise<string>;
  /** How many mails went to an address, once none is waiting for it any more. */
  countMails(address: string): Promise<number>;
  /** Until each replica has heard of everything that was changed before. */
  caughtUp(): Promise<void>;
  /** Everybody may try again: otherwise the limits would stop the second round. */
  forgetLimits(): Promise<void>;
  /** Somebody who is signed in, with the id of their account. */
  newMember(): Promise<Member>;
  /** What the tables say about an account. */
  credentials(id: string): Promise<{ password: string }[]>;
  sessions(id: string): Promise<{ id: string }[]>;
  liveTokens(id: string, purpose: string): Promise<{ email: string }[]>;
  countEvents(id: string, kind: string, outcome?: string): Promise<number>;
  remove(): Promise<void>;
}

export interface Member {
  visitor: Visitor;
  person: Person;
  id: string;
}

/** Each has sixteen places for those who wait for a hash (on two cores): four take in fifty at once. */
const howMany = 4;

export async function startReplicas(
  settings: Record<string, string> = {},
  capabilities: readonly Capability[] = [],
): Promise<Replicas> {
  const postgres = await startPostgres();
  const name = await postgres.createDatabase();
  const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(name, statement, values);
  const all = await Promise.all(times(howMany, () => startReplica(postgres, name, { settings, capabilities })));
  const visitor = inTurn(all);
  const mails = postOf(all, rows);
  return {
    visitor,
    otherTab: (of) => sameBrowser({ visitor }, of),
    rows,
    ...mails,
    ...tablesOf(rows),
    caughtUp: async () => void (await Promise.all(all.map(({ live }) => live.caughtUp()))),
    newMember: () => join(visitor(), rows),
    forgetLimits: async () => void (await rows("delete from gatehouse.throttle")),
    async remove() {
      for (const gatehouse of all) await gatehouse.close();
      await postgres.remove();
    },
  };
}

/** One more Gatehouse on a database of a server. */
export async function startReplica(
  postgres: PostgresServer,
  name: string,
  { settings, capabilities }: { settings?: Record<string, string>; capabilities?: readonly Capability[] } = {},
): Promise<Gatehouse> {
  const url = postgres.url(name);
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(name, statement, values);
  const takeAway = () => postgres.stop("immediate");
  return startGatehouse(settings, { database, rows, takeAway, remove: () => database.close() }, capabilities);
}

function inTurn(all: Gatehouse[]): () => Visitor {
  let turn = 0;
  return () => {
    const gatehouse = all[turn++ % all.length];
    if (!gatehouse) throw new Error("There is no replica.");
    return gatehouse.visitor();
  };
}

/** Whichever replica sent a mail, it is found. */
function postOf(all: Gatehouse[], rows: Replicas["rows"]) {
  const given = new Set<string>();
  const sentTo = async (address: string) =>
    (await Promise.all(all.map((gatehouse) => gatehouse.mailsTo(address)))).flat();
  return {
    async nextMail(address: string, path: string) {
      const look = async () =>
        (await sentTo(address)).find(({ messageId, text }) => !given.has(messageId) && linkIn(text, path) !== "");
      const mail = await untilFound(`a new mail with a link to ${path} arrived at ${address}`, look);
      given.add(mail.messageId);
      return mail.text;
    },
    async countMails(address: string) {
      const waiting = () => rows("select 1 from gatehouse.outbox where recipient = $1", [address]);
      await until(`no mail waits for ${address}`, async () => (await waiting()).length === 0);
      return (await sentTo(address)).length;
    },
  };
}

async function join(visitor: Visitor, rows: Replicas["rows"]): Promise<Member> {
  const person = await visitor.join();
  const [row] = await rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
  return { visitor, person, id: row?.id ?? "" };
}

const tablesOf = (rows: Replicas["rows"]) => ({
  credentials: (id: string) => rows<{ password: string }>("select password from account where user_id = $1", [id]),
  sessions: (id: string) => rows<{ id: string }>("select id from session where user_id = $1", [id]),
  liveTokens: (id: string, purpose: string) =>
    rows<{ email: string }>("select email from gatehouse.mail_token where user_id = $1 and purpose = $2", [
      id,
      purpose,
    ]),
  countEvents: async (id: string, kind: string, outcome = "done") =>
    (await rows("select 1 from gatehouse.event where user_id = $1 and kind = $2 and outcome = $3", [id, kind, outcome]))
      .length,
});

const seconds = 1000;

/** How long all rounds of one race may take: the long form is for a patient machine. */
export const patience = rounds(60, 600) * seconds;

/**
 * Runs a race again and again, eight times or a hundred, with the limits forgotten before each, and prints how it went:
 * what each round gives is counted, so that a race which never was one shows.
 */
export async function race(
  replicas: Replicas,
  name: string,
  oneRound: (round: number) => Promise<Record<string, number>>,
): Promise<void> {
  const count = rounds(4, 100);
  const sums: Record<string, number> = {};
  const started = performance.now();
  for (let round = 0; round < count; round++) {
    await replicas.forgetLimits();
    for (const [what, number] of Object.entries(await oneRound(round))) sums[what] = (sums[what] ?? 0) + number;
  }
  const each = Math.round((performance.now() - started) / count);
  const figures = Object.entries(sums).map(([what, number]) => `${number} ${what}`);
  console.log(`${name}: ${count} rounds of ${each} ms: ${figures.join(", ")}`);
}

/** A list of what `make` gives for 0, 1, 2, … */
export const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Somebody's turn comes a little later than the others': so that no race is always run in the same order. */
export const soon = (longest: number): Promise<void> => Bun.sleep(Math.random() * longest);

/** How many answers there were of each kind: `{ 303: 1, 404: 19 }`. */
export function tally(answers: Got[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The token of the link to `path` in a mail. */
export const tokenOf = (mail: string, path: string): string =>
  new URL(linkIn(mail, path), "http://localhost").searchParams.get("token") ?? "";

/** Signs in without a look at the form; gives the status. */
export const signIn = async (visitor: Visitor, email: string, password: string): Promise<number> =>
  (await visitor.post("/sign-in", { email, password, remember: "on" })).status;

/** Whom the session API takes a browser for: 200 somebody, 401 nobody. */
export const checkOf = async (visitor: Visitor): Promise<number> => (await visitor.get("/api/session")).status;

/** The number of the one who was sent on. */
export const winnerOf = (answers: Got[]): number => answers.findIndex(({ status }) => status === 303);

import { sql, type SQL } from "drizzle-orm";
import { counted } from "../../db/counted";
import type { OwnTable } from "../../db/kept";
import { mailLeaseSeconds } from "../../db/own-tables";
import { RefusedForNow } from "../../db/refusal";
import { rowsOf } from "../../db/transaction";
import type { Database } from "../../db/types";
import { merged } from "../merged";
import type { Config } from "../settings/config";
import type { Secrets } from "../settings/values";

/** What was done, as text, and the facts of it for programs. */
export interface Done {
  said: string;
  facts: Record<string, unknown>;
}

/** What an act is done with. */
export interface Given {
  database: Database;
  /** Every table of our own. */
  tables: readonly OwnTable[];
  /** The kinds of all events that this version records. */
  eventKinds(): readonly string[];
  config: Pick<Config, "languages" | "mail">;
  /** The secrets, by which the program signs and counts; in local mode they are kept in its folder. */
  secrets(): Secrets;
  /** A mail or a webhook is due: to be called after the commit, so that it is sent soon. */
  wake(): void;
}

/**
 * What an operator does to an open database, with what was typed behind the verb: the arguments, then the options, as
 * `--now` or `--reason=TEXT`. Throws RefusedForNow with a sentence where it cannot be done.
 */
export type Act = (given: Given, ...values: string[]) => Promise<Done | string>;

/** Acts by their verb. */
export type Acts = Readonly<Record<string, Act>>;

/** Why nothing is done where words came that only another version knows: what was typed is checked before. */
export const noSuchVerb = (): RefusedForNow => new RefusedForNow("This version has no such verb.");

/** What an act gives, with its facts. */
export const doneOf = (outcome: Done | string): Done =>
  typeof outcome === "string" ? { said: outcome, facts: {} } : outcome;

const coreActs: Acts = { "end-sessions": endSessions, mails: listMails };

/** Loads the acts of the core and of these capabilities. */
export const actsOf = async (capabilities: readonly { verbs?(): Promise<Acts> }[]): Promise<Acts> =>
  merged(coreActs, ...(await Promise.all(capabilities.map(({ verbs }) => verbs?.()))));

/** Signs one user out everywhere, by email, or with `all` everybody. */
async function endSessions({ database }: Given, email = ""): Promise<Done> {
  const owner = sql`select id from "user" where email = ${email.toLowerCase()}`;
  const theirs = email === "all" ? sql`true` : sql`user_id = (${owner})`;
  const ended = await database.transactionWithoutDeadlines(async (inner) => {
    if (email !== "all" && (await rowsOf(inner, owner)).length === 0)
      throw new RefusedForNow("Nobody has this email address.");
    // The next sign-in is mailed as from a new device.
    await rowsOf(inner, sql`delete from gatehouse.device where ${theirs}`);
    return rowsOf(inner, sql`delete from session where ${theirs} returning 1`);
  });
  return { said: `${counted(ended.length, "session is", "sessions are")} ended.`, facts: { sessions: ended.length } };
}

/** A mail in the outbox, or one that was given up. */
interface Mail {
  id: string;
  kind: string;
  recipient: string;
  tries: number;
  /** When it is tried next, or was given up; in ISO 8601. */
  at: string;
}

/** The newest ones of many: whoever has more than this looks into the table. */
export const mostListed = 1000;

/** A row of a list, with how many there are of its kind. */
export type OfMany<Row> = Row & { all: number };

/** How many there are, with the words behind it as `counted` has them, where a list may hold the newest alone. */
export function countOf(listed: readonly OfMany<unknown>[], one: string, many: string): string {
  const all = listed[0]?.all ?? 0;
  return all > listed.length ? `${all} (here are the newest ${listed.length}) ${many}` : counted(all, one, many);
}

/** Lists the mails that wait to be sent and those that were given up; with `--retry` each of both is tried soon. */
async function listMails({ database, wake }: Given, option?: string): Promise<Done> {
  const isRetry = option === "--retry";
  const { mails, givenUp } = await database.transactionWithoutDeadlines(async (inner) => {
    if (isRetry) await rowsOf(inner, sendGivenUp);
    if (isRetry) await rowsOf(inner, tryAllSoon);
    const newest = (table: SQL, at: SQL) =>
      rowsOf<OfMany<Mail>>(
        inner,
        sql`select id, kind, recipient, tries, to_json(${at}) #>> '{}' as at, count(*) over ()::int as "all"
          from ${table} order by ${at} desc limit ${mostListed}`,
      );
    return {
      mails: await newest(sql`gatehouse.outbox`, sql`try_at`),
      givenUp: await newest(sql`gatehouse.given_up_mail`, sql`given_up_at`),
    };
  });
  if (isRetry) wake();
  const waiting = isRetry
    ? countOf(mails, "mail waits, and is due within a minute", "mails wait, and are due within a minute")
    : countOf(mails, "mail waits", "mails wait");
  const said = [
    ...(mails.length === 0 ? ["No mail waits."] : [`${waiting}:`, ...mails.map(lineOf)]),
    ...(givenUp.length === 0 ? [] : [`${countOf(givenUp, "mail was", "mails were")} given up in the last 7 days:`]),
    ...givenUp.map(lineOf),
  ];
  const waits = mails.map(({ at: due, all, ...mail }) => ({ ...mail, due }));
  const gone = givenUp.map(({ at: givenUpAt, all, ...mail }) => ({ ...mail, givenUpAt }));
  return { said: said.join("\n"), facts: { mails: waits, givenUp: gone } };
}

const lineOf = ({ kind, recipient, tries, at }: Mail) => `${at}  ${kind}  ${recipient}  tries: ${tries}`;

/** Whatever is due within that time anyway may be under way just now, and would be sent twice. */
const tryAllSoon = sql`update gatehouse.outbox set try_at = now()
  where try_at > now() + make_interval(secs => ${mailLeaseSeconds})`;

/** Orders them anew: as old as an order of now, so that they are not too old at once. */
const sendGivenUp = sql`with again as (delete from gatehouse.given_up_mail returning *)
  insert into gatehouse.outbox (id, kind, recipient, language, user_id, facts, tokens_made_at)
  select id, kind, recipient, language, user_id, facts, tokens_made_at from again on conflict do nothing`;

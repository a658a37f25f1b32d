import { sql, type SQL } from "drizzle-orm";
import { counted } from "../../../db/counted";
import { RefusedForNow } from "../../../db/refusal";
import { rowsOf } from "../../../db/transaction";
import type { Database } from "../../../db/types";
import { countOf, mostListed, noSuchVerb, type Done, type Given, type OfMany } from "../../process/acts";

/** What an operator does about webhooks: `list`, `retry` or `test`. Throws RefusedForNow with a sentence. */
export async function operateWebhooks(given: Given, what = ""): Promise<Done> {
  if (what === "list") return list(given.database);
  if (what === "retry") return retry(given);
  if (what === "test") return test(given);
  throw noSuchVerb();
}

interface Listed {
  id: string;
  type: string;
  /** The id of the user, where it is about one. */
  user: string | null;
  tries: number;
  reason: string | null;
  /** When it is tried next, or was given up; in ISO 8601. */
  at: string;
}

async function list(database: Database): Promise<Done> {
  const listed = (at: SQL, isGivenUp: boolean) =>
    ask<OfMany<Listed>>(
      database,
      sql`select id, type, about as user, tries, reason, to_json(${at}) #>> '{}' as at, count(*) over ()::int as "all"
        from gatehouse.webhook where (given_up_at is not null) = ${isGivenUp} order by ${at} desc limit ${mostListed}`,
    );
  const endpoint = await endpointIn(database);
  const waiting = await listed(sql`try_at`, false);
  const givenUp = await listed(sql`given_up_at`, true);
  const said = [
    endpoint ? `Webhooks go to ${endpoint.origin}.` : "Webhooks are off.",
    ...(waiting.length === 0 ? ["None waits."] : [`${countOf(waiting, "waits", "wait")}:`, ...waiting.map(lineOf)]),
    ...(givenUp.length === 0
      ? []
      : [`${countOf(givenUp, "was", "were")} given up in the last 7 days:`, ...givenUp.map(lineOf)]),
  ];
  const facts = { waiting: waiting.map(factsOf), givenUp: givenUp.map(factsOf) };
  return { said: said.join("\n"), facts: { origin: endpoint?.origin ?? null, ...facts } };
}

const factsOf = ({ all, ...listed }: OfMany<Listed>): Listed => listed;

const lineOf = ({ at, type, user, tries, reason }: Listed) =>
  [at, type, user ?? "-", `tries: ${tries}`, ...(reason === null ? [] : [reason])].join("  ");

/** Makes all due, but those that are under way: their receiver may be about to take them. */
async function retry({ database, wake }: Given): Promise<Done> {
  if (!(await endpointIn(database))) throw areOff();
  const due = await ask(
    database,
    sql`update gatehouse.webhook set try_at = least(try_at, now()), given_up_at = null
      where tries = 0 or reason is not null returning 1`,
  );
  wake();
  return { said: `${counted(due.length, "webhook is", "webhooks are")} due now.`, facts: { webhooks: due.length } };
}

const lookEveryMilliseconds = 100;
/** Longer than it takes the program to look for what is due, and to send it. */
const longestMilliseconds = 15_000;

/** Has the program that runs send one that means nothing, and tells what came of it. */
async function test({ database, wake }: Given): Promise<Done> {
  const [sent] = await ask<{ id: string }>(
    database,
    sql`insert into gatehouse.webhook (type, try_at)
      select 'webhook.test', 'epoch' from gatehouse.webhook_endpoint limit 1 returning id`, // before all that wait
  );
  if (!sent) throw areOff();
  wake();
  const one = sql`gatehouse.webhook where id = ${sent.id}`;
  for (const began = performance.now(); performance.now() - began < longestMilliseconds; ) {
    const [waiting] = await ask<{ reason: string | null }>(database, sql`select reason from ${one}`);
    if (!waiting) return { said: "The receiver has taken it.", facts: { webhook: sent.id } };
    if (waiting.reason !== null) {
      await ask(database, sql`delete from ${one}`);
      throw new RefusedForNow(`The receiver has not taken it: ${waiting.reason}. See docs/webhooks.md.`);
    }
    await Bun.sleep(lookEveryMilliseconds);
  }
  await ask(database, sql`delete from ${one}`);
  throw new RefusedForNow("No program has sent it. Does one run with this database?");
}

const areOff = () => new RefusedForNow("Webhooks are off. Start the program with GATEHOUSE_WEBHOOK_URL.");

/** Where the program that runs sends webhooks; undefined while they are off. */
async function endpointIn(database: Database): Promise<{ origin: string } | undefined> {
  const [endpoint] = await ask<{ origin: string }>(database, sql`select origin from gatehouse.webhook_endpoint`);
  return endpoint;
}

const ask = <Row>(database: Database, statement: SQL): Promise<Row[]> =>
  database.transactionWithoutDeadlines((inner) => rowsOf<Row>(inner, statement));

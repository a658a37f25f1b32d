import { eq, getTableName, sql } from "drizzle-orm";
import { pgTable, type PgTable } from "drizzle-orm/pg-core";
import { counted } from "../../../db/counted";
import { rowsOf } from "../../../db/transaction";
import { StartRefused } from "../../../db/refusal";
import type { Database, Orm } from "../../../db/types";
import { readLibrarySecret } from "../../auth/library-secret";
import type { Secrets } from "../../guard/keys";
import { sealsFrom, type Seals } from "../../guard/seal";
import { writeApp } from "./factor";
import { hashOfForeign } from "./recovery-codes";
import { authenticatorApp, factorTakenOver } from "./tables";

/**
 * Second factors that people set up in an app with Better Auth's own plugin, before there was a Gatehouse or beside it:
 * each is taken over once, and stays in the app's table as it is.
 */

/** The names that each of Better Auth's adapters gives to what it keeps. */
const tables = ["two_factor", "twoFactor", "two_factors", "twoFactors"].map((name) => pgTable(name, {}));
/** What a start makes do with. */
export const theirNames: readonly string[] = [
  ...tables.map(getTableName),
  ...["user.two_factor_enabled", "user.twoFactorEnabled"],
];

/**
 * Takes over what is new there, at each start. Refuses the start when it cannot, because these people would be let in
 * with their password alone.
 */
export function takeOver({ withoutDeadlines }: Database, secrets: Secrets): Promise<void> {
  return withoutDeadlines((own) => takeAll(own, secrets)); // however many people there are
}

async function takeAll(own: Orm, secrets: Secrets): Promise<void> {
  const unreadable: string[] = [];
  for (const table of await thoseThere(own)) unreadable.push(...(await takeApps(own, table, secrets)));
  const byMail = (await usersOfOther(own)).filter((id) => !unreadable.includes(id));
  const problems = [
    ...(unreadable.length > 0
      ? [`this secret does not read those of ${counted(unreadable.length, "person", "people")}`]
      : []),
    ...(byMail.length > 0
      ? [`${counted(byMail.length, "person is", "people are")} sent their codes, which there is not here`]
      : []),
  ];
  if (problems.length > 0) throw refusal(problems, [...unreadable, ...byMail]);
}

async function thoseThere(on: Orm): Promise<PgTable[]> {
  const asked = tables.map((table) => sql`to_regclass(${`public."${getTableName(table)}"`}) is not null`);
  const [there] = await rowsOf<{ all: boolean[] }>(
    on,
    sql`select json_build_array(${sql.join(asked, sql`, `)}) as all`,
  );
  return tables.filter((_, place) => there?.all[place]);
}

/** Takes over every app that is new; gives the ids of those whose secret cannot be read. */
async function takeApps(own: Orm, table: PgTable, secrets: Secrets): Promise<string[]> {
  const seals = sealsFrom(secrets);
  const unreadable: string[] = [];
  for (let last = ""; ; ) {
    const rows = await newRows(own, table, last);
    for (const row of rows) {
      const app = await appIn(row, secrets);
      if (app) await own.transaction((inner) => keep(inner, { userId: row.userId, app, seals }));
      else unreadable.push(row.userId);
    }
    const end = rows.at(-1);
    if (!end) return unreadable;
    last = end.userId;
  }
}

const atOnce = 500;

/** Whether a user has a second factor there: a word, because each adapter names the column in its own way. */
const enabled = sql`coalesce(to_jsonb(u) ->> 'two_factor_enabled', to_jsonb(u) ->> 'twoFactorEnabled', 'missing')`;
const isEnabled = sql`${enabled} in ('true', 't', '1')`;

/** Not taken over yet. */
const isNew = sql`not exists (select 1 from gatehouse.factor_taken_over taken where taken.user_id = u.id)`;

/** Who has a second factor there that is no app: codes that are mailed, or sent to a phone. */
async function usersOfOther(on: Orm): Promise<string[]> {
  if (!(await isMarked(on))) return [];
  const found = await rowsOf<{ id: string }>(on, sql`select u.id from "user" u where ${isEnabled} and ${isNew}`);
  return found.map(({ id }) => id);
}

/** Whether users are marked there at all: else everybody would be looked at, at each start, to find nobody. */
async function isMarked(on: Orm): Promise<boolean> {
  const marks = sql`select 1 from pg_attribute where attrelid = '"user"'::regclass and not attisdropped
    and attname in ('two_factor_enabled', 'twoFactorEnabled')`;
  return (await rowsOf(on, marks)).length > 0;
}

/** A second factor, as the other app keeps it. */
interface Row {
  userId: string;
  secret: string;
  codes: string;
}

/** Of those who have to give a code: who did not finish setting it up has not. */
const newRows = (on: Orm, table: PgTable, after: string) =>
  rowsOf<Row & Record<string, unknown>>(
    on,
    sql`select distinct on (u.id) u.id as "userId", to_jsonb(t) ->> 'secret' as secret,
        coalesce(to_jsonb(t) ->> 'backup_codes', to_jsonb(t) ->> 'backupCodes', '') as codes
      from ${table} t
        join "user" u on u.id = coalesce(to_jsonb(t) ->> 'user_id', to_jsonb(t) ->> 'userId')
      where u.id > ${after} and ${isNew} and to_jsonb(t) ->> 'secret' is not null
        and (${isEnabled} or ${enabled} = 'missing') and coalesce(to_jsonb(t) ->> 'verified', 'true') <> 'false'
      order by u.id limit ${atOnce}`,
  );

/** An app and the recovery codes that were left. */
interface ForeignApp {
  /** In base32. */
  secret: string;
  codes: string[];
}

/**
 * Undefined when the secret was encrypted under another `BETTER_AUTH_SECRET`. Codes that cannot be read are none: the
 * app alone signs in, and its owner is told to make new ones.
 */
async function appIn({ secret, codes }: Row, secrets: Secrets): Promise<ForeignApp | undefined> {
  const text = await readLibrarySecret(secret, secrets);
  if (text === undefined) return undefined;
  const listed = codesIn(codes) ?? codesIn((await readLibrarySecret(codes, secrets)) ?? "");
  return { secret: await base32Of(text), codes: listed ?? [] };
}

/** Better Auth uses the characters of its own secrets as bytes; those that it imported say that they are in base32. */
async function base32Of(text: string): Promise<string> {
  const imported = /^base32:([A-Z2-7]+)=*$/i.exec(text)?.[1];
  return imported?.toUpperCase() ?? (await import("otpauth")).Secret.fromUTF8(text).base32;
}

function codesIn(json: string): string[] | undefined {
  if (!json.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter((code) => typeof code === "string") : undefined;
  } catch {
    return undefined; // text of an app that encrypts in its own way
  }
}

/** Keeps an app, unless its user has set one up here; of any number of replicas, one does. */
async function keep(inner: Orm, { userId, app, seals }: { userId: string; app: ForeignApp; seals: Seals }) {
  const taken = await inner.insert(factorTakenOver).values({ userId }).onConflictDoNothing().returning();
  if (taken.length === 0) return;
  const own = await inner.select().from(authenticatorApp).where(eq(authenticatorApp.userId, userId));
  if (own.length === 0) await writeApp(inner, { userId, ...app, step: 0, hash: hashOfForeign }, { seals });
}

const shown = 20;

function refusal(problems: string[], userIds: string[]): StartRefused {
  const some = userIds.slice(0, shown).map((id) => `'${id.replaceAll("'", "''")}'`);
  const more = userIds.length > shown ? ` (and ${userIds.length - shown} more)` : "";
  return new StartRefused(
    `BETTER_AUTH_SECRET: people have a second factor in the app that uses this database, and ${problems.join("; ")}. ` +
      "They would be let in with their password alone. Start with the secret of that app. Or, where that does not " +
      "help, say that they have none: " +
      `update "user" set two_factor_enabled = false where id in (${some.join(", ")})${more};`,
  );
}

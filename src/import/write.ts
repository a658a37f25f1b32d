import { sql, type SQL } from "drizzle-orm";
import { suspension } from "../../db/own-tables";
import { rowsOf } from "../../db/transaction";
import type { Orm } from "../../db/types";
import { operator } from "../account/events";
import { passwordProvider } from "../account/statements";
import type { Person } from "./person";

/** A person to be written, from where in the file, and with which hash. */
export interface Checked {
  place: string;
  person: Person;
  hash?: string;
}

/** What became of one: written now, there before, or why neither. */
export type Fate = "written" | "there" | { problem: string };

/** Keeps the second factors that came along, in the transaction that makes their people. */
export type KeepFactors = (inner: Orm, factors: readonly Factor[]) => Promise<void>;

/** The authenticator app of somebody who is imported; its secret is in base32. */
export interface Factor {
  userId: string;
  totpSecret: string;
}

/** How people are written. */
export interface Writing {
  /** Nothing is written, and the same is told. */
  isDry: boolean;
  keepFactors: KeepFactors;
}

/** What is noted of each line is in a table of this connection alone: memory stays the same for a file of any size. */
export async function beginFile(own: Orm): Promise<void> {
  await own.execute(sql`create temporary table if not exists gatehouse_import
    (number bigint generated always as identity, email text primary key, id text unique, place text not null)`);
  await own.execute(sql`truncate gatehouse_import`);
}

/** Writes people with everything that is theirs, in a transaction that is the caller's. Gives what became of each. */
export async function write(inner: Orm, batch: readonly Checked[], { isDry, keepFactors }: Writing): Promise<Fate[]> {
  const all = batch.map((one) => ({ ...one, id: one.person.id ?? crypto.randomUUID() }));
  const repeated = await repeatedIn(inner, batch);
  const fresh = all.filter(({ place }) => !repeated.has(place));
  const made = isDry ? new Set<string>() : await insert(inner, fresh);
  const written = fresh.filter(({ id }) => made.has(id));
  await suspend(inner, written);
  const factors = written.flatMap(({ id, person: { totpSecret } }) => (totpSecret ? [{ userId: id, totpSecret }] : []));
  if (factors.length > 0) await keepFactors(inner, factors);
  const rest = await fatesOf(inner, { people: fresh.filter(({ id }) => !made.has(id)), isDry });
  return all.map(({ place }): Fate => {
    const first = repeated.get(place);
    return first === undefined ? (rest.get(place) ?? "written") : { problem: `has the address or the id of ${first}` };
  });
}

type Numbered = Checked & { id: string };

/** Where in the file those were first whose address or id is there once more, by their place. */
async function repeatedIn(inner: Orm, batch: readonly Checked[]): Promise<Map<string, string>> {
  const given = recordset(
    batch.map(({ place, person: { id, email } }, at) => ({ at, place, id, email })),
    sql`at int, place text, id text, email text`,
  );
  const noted = await rowsOf<{ place: string }>(
    inner,
    sql`insert into gatehouse_import (email, id, place) select email, id, place from ${given} order by at
      on conflict do nothing returning place`,
  );
  if (noted.length === batch.length) return new Map();
  const repeated = await rowsOf<{ place: string; first: string }>(
    inner,
    sql`select given.place, noted.place as first from ${given}
      join gatehouse_import noted on noted.email = given.email or noted.id = given.id
      where noted.place <> given.place order by noted.number desc`, // so that the first one stays
  );
  return new Map(repeated.map(({ place, first }) => [place, first]));
}

/** Gives the ids of those who are made; whose address or id somebody has is left out. */
async function insert(inner: Orm, people: readonly Numbered[]): Promise<Set<string>> {
  const given = recordset(
    people.map(({ id, hash, person: { email, name, emailVerified, image, createdAt } }) => ({
      ...{ id, hash, email, name, emailVerified, image, createdAt },
    })),
    sql`id text, hash text, email text, name text, "emailVerified" boolean, image text, "createdAt" timestamptz`,
  );
  const made = await rowsOf<{ id: string }>(
    inner,
    sql`with given as (select *, coalesce("createdAt", now()) as at from ${given}),
      made as (
        insert into "user" (id, email, name, email_verified, image, created_at, updated_at)
        select id, email, name, coalesce("emailVerified", false), image, at, at from given
        on conflict do nothing returning id),
      accounts as (
        insert into account (id, provider_id, account_id, user_id, password, created_at, updated_at)
        select gen_random_uuid(), ${passwordProvider}, id, id, hash, at, at from given join made using (id))
      select id from made`,
  );
  return new Set(made.map(({ id }) => id));
}

/** Keeps those out whom the other program kept out. */
async function suspend(inner: Orm, people: readonly Numbered[]): Promise<void> {
  const rows = people.flatMap(({ id: userId, person: { suspension: given } }) =>
    given ? [{ userId, reason: given.reason, by: operator, until: given.until ? new Date(given.until) : null }] : [],
  );
  if (rows.length > 0) await inner.insert(suspension).values(rows);
}

/** What became of those who were not made, by their place: somebody has their address or their id. */
async function fatesOf(
  inner: Orm,
  { people, isDry }: { people: readonly Numbered[]; isDry: boolean },
): Promise<Map<string, Fate>> {
  if (people.length === 0) return new Map();
  const given = recordset(
    people.map(({ id, person: { email } }) => ({ id, email })),
    sql`id text, email text`,
  );
  const existing = await rowsOf<{ id: string; email: string }>(
    inner,
    sql`with given as materialized (select * from ${given})
      select id, email from "user" where email in (select email from given)
      union select id, email from "user" where id in (select id from given)`,
  );
  const idOf = new Map(existing.map(({ id, email }) => [email, id]));
  const ids = new Set(existing.map(({ id }) => id));
  const fateOf = ({ id, person }: Numbered): Fate => {
    const owner = idOf.get(person.email);
    if (owner !== undefined && (owner === id || person.id === undefined)) return "there";
    if (owner !== undefined) return { problem: "has the address of an account with another id" };
    if (ids.has(id)) return { problem: "has the id of an account with another address" };
    return isDry ? "written" : { problem: "was made by somebody else meanwhile: import the file once more" };
  };
  return new Map(people.map((one) => [one.place, fateOf(one)]));
}

/** Rows as one parameter, which every driver takes. */
const recordset = (rows: readonly object[], columns: SQL) =>
  sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(${columns})`;

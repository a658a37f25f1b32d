import { eq, getTableColumns, sql, type Column } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import { session, user } from "../auth-tables";
import { readInstant } from "../instant";
import { role, sessionFactor } from "../own-tables";

/** A session with its user, what was proved for it, and the roles: what a session check asks for. */
export type SessionRow = Omit<ReturnType<typeof selectByToken>["_"]["result"][number], "token">;

/** A row as Postgres writes it: a text for each column, or null. */
export type Texts = readonly (string | null)[];

/** The question of a session check. */
export interface SessionQuestion {
  /** The SQL; the token is the only parameter, and the last column of a row. */
  text: string;
  /** Reads a row, but for the token: nothing made from it can leak one. */
  read(texts: Texts): SessionRow;
}

/** Whether a row is the answer for a token, and not one that was meant for somebody else. */
export const isOfToken = (texts: Texts, token: string): boolean => texts.at(-1) === token;

/**
 * The question, made once for each database. Drizzle's builder writes the SQL, and the tables say which columns there
 * are and of which types. Drizzle's own reading of a row costs more than the rest of a check: `read` gives the same.
 */
export function sessionQuestion(): SessionQuestion {
  const { user, session, proved } = selection();
  const parts = [user, session, proved].map(readersOf);
  const read = (texts: Texts) => {
    const next = { at: 0 };
    const [user, session, proved] = parts.map((readers) => readPart(readers, texts, next));
    return { user, session, proved: proved?.factors === null ? null : proved, roles: texts[next.at] };
  };
  // Safe: the row's type and its readers are made from one selection; a test compares them with Drizzle's reading.
  return { text: selectByToken().toSQL().sql, read: read as (texts: Texts) => SessionRow };
}

const selectByToken = () =>
  new QueryBuilder()
    .select({ ...selection(), token: session.token })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .leftJoin(sessionFactor, eq(sessionFactor.id, session.id))
    .where(eq(session.token, sql.placeholder("token")));

function selection() {
  const { token, userId, ...ofSession } = getTableColumns(session);
  return {
    user: getTableColumns(user),
    session: ofSession,
    proved: { factors: sessionFactor.factors, methods: sessionFactor.methods },
    roles: sql<string | null>`(select string_agg(${role.role}, ' ' order by ${role.role}) from ${role}
      where ${role.userId} = ${user.id})`,
  };
}

interface Reader {
  name: string;
  read(text: string): unknown;
}

const readersOf = (columns: Record<string, Column>): Reader[] =>
  Object.entries(columns).map(([name, { dataType }]) => {
    const read = readings[dataType];
    if (!read) throw new Error(`Nothing reads ${name}, which is a ${dataType}.`);
    return { name, read };
  });

/** By the type that Drizzle has for a column. */
const readings: Record<string, (text: string) => unknown> = {
  string: (text) => text,
  boolean: (text) => text === "t",
  number: Number,
  custom: readInstant, // the one type that the tables define themselves
};

function readPart(readers: readonly Reader[], texts: Texts, next: { at: number }): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const { name, read } of readers) {
    const text = texts[next.at++];
    part[name] = text === null || text === undefined ? null : read(text);
  }
  return part;
}

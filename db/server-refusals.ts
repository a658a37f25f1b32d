import { isReadOnly, isUnavailable, reasonOf, sqlState, tlsRefusal } from "./failure";
import { NoAnswerNow, RefusedForNow, StartRefused } from "./refusal";

/** A StartRefused for a server that was reached and said no, which waiting does not mend. */
export function refusalOf(error: unknown): StartRefused | undefined {
  const state = sqlState(error) ?? "";
  if (state === "28000") return new StartRefused(`DATABASE_URL: ${notFromHere}`);
  if (state.startsWith("28"))
    return new StartRefused(`DATABASE_URL: the server refuses this user or password (${state}).`);
  if (state === "3D000")
    return new StartRefused("DATABASE_URL: the server has no database of this name. Make it, or name another.");
  if (state === "08P01") return poolerRefusalOf(wordsOfServer(error));
  if (state === "") return tlsRefusal(error);
  return state === "42501"
    ? new StartRefused(
        "DATABASE_URL: this user may not do in the database what Gatehouse needs " +
          `(${wordsOfServer(error)}). Make it the owner.`,
      )
    : undefined;
}

/**
 * PgBouncer takes few parameters at connect, unless its `ignore_startup_parameters` names them. An address that is not
 * known to lead through a pooler is given deadlines there.
 */
function poolerRefusalOf(words: string): StartRefused | undefined {
  const parameter = /^unsupported startup parameter:? (?:in )?(\w+)/.exec(words)?.[1];
  if (parameter === undefined) return undefined;
  return new StartRefused(
    /_timeout$/.test(parameter)
      ? poolerRefusal
      : `DATABASE_URL: it leads through a pooler, which takes no \`${parameter}\`. Leave that out of the address, ` +
          "or name it in the pooler's `ignore_startup_parameters`.",
  );
}

/** What to do where migrations or a verb would go through a pooler. */
export const poolerRefusal =
  "DATABASE_URL_DIRECT: the database is reached through a pooler, which keeps no lock and takes no deadlines. " +
  "Set it to the database's direct address.";

/** What is around the server's own error quotes the statement, with its values. */
const wordsOfServer = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? wordsOfServer(error.cause) : error.message) : "";

const notFromHere =
  "the server does not let this user in from here (28000). See whether its role may log in, and the server's " +
  "pg_hba.conf; where that asks for TLS, add `?sslmode=require`.";

/** Does something, whose failures are told as `inWords` tells them. */
export const refusingInWords = <Result>(work: () => Promise<Result>): Promise<Result> =>
  work().catch((error) => {
    throw inWords(error);
  });

/**
 * Does what an operator typed. Throws StartRefused in words where the database cannot be reached, refuses the user,
 * takes no writes, or has not the tables of this version; what else fails is thrown as it is.
 */
export const refusingVerb = <Result>(work: () => Promise<Result>): Promise<Result> =>
  work().catch((error) => {
    throw refusalOfVerb(error) ?? error;
  });

function refusalOfVerb(error: unknown): StartRefused | undefined {
  if (error instanceof StartRefused) return error;
  const refused = refusalOf(error);
  if (refused) return refused;
  if (isReadOnly(error)) return new StartRefused(`DATABASE_URL: ${takesNoWrites}`);
  const state = sqlState(error) ?? "";
  if (lacksTables.has(state))
    return new RefusedForNow("The database has no tables of this version yet: start the program once.");
  const reason = reasonOf(error) ?? (state || "no reason was given");
  return isUnavailable(error)
    ? new NoAnswerNow(`The database cannot be reached (${reason}). See docs/log.md.`)
    : undefined;
}

const takesNoWrites =
  "the server takes no writes: it is a standby, or `default_transaction_read_only` is on. " +
  "Name the primary, or let it be written.";

/** The states for a schema, a table and a column that are not there. */
const lacksTables: ReadonlySet<string> = new Set(["3F000", "42P01", "42703"]);

/** A failure that waiting does not mend, as a StartRefused; the error itself where waiting may mend it. */
export function inWords(error: unknown): unknown {
  if (error instanceof StartRefused || (isUnavailable(error) && !isOurFault(error))) return error;
  return refusalOf(error) ?? misfitOf(error);
}

/**
 * States that `isUnavailable` takes for a passing trouble, and that no waiting mends: a table's own rule, a missing
 * key for a publication.
 */
const isOurFault = (error: unknown) => sqlState(error) === "55000" || sqlState(error) === "55006";

/**
 * What the database said against the migrations, or against a row in the four tables: in its own words, but for those
 * that may hold a row's values.
 */
function misfitOf(error: unknown): StartRefused {
  const state = sqlState(error) ?? "";
  const { message, detail, where } = error as { message: string; detail?: string; where?: string };
  const words = state.startsWith("22")
    ? "a value does not fit"
    : [message, /^(0A|2B|42)/.test(state) && detail, where?.split("\n")[0]].filter(Boolean).join(", ");
  const reason = words.replace(/\s+/g, " ") + (state && `, ${state}`);
  return new StartRefused(
    "DATABASE_URL: the tables in this database do not fit: " +
      `they do not take what Gatehouse writes (${reason}). Nothing was changed. ` +
      "Change what is named there, a trigger, a constraint or another object of this database, " +
      "or name another database.",
  );
}

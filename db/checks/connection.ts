import type { Client, Connection } from "pg";
import { within } from "../deadline";
import { isOfToken, type Texts } from "./row";

/** What one session check asks, and whom the answer is for. */
export interface Question {
  /** Null asks for nothing but an answer. */
  token: string | null;
  /** Until when whoever asks waits, in milliseconds of `performance.now()`. */
  due: number;
  /** How long a connection may take to answer, in milliseconds; then it counts as lost. */
  longest: number;
  /** Takes the row; undefined when there is none. */
  answer(row: Texts | undefined): void;
  refuse(error: Error): void;
  /** With how many connections it was lost, and when with the last one, in milliseconds of `performance.now()`. */
  losses: number;
  lostAt: number;
}

/** A connection to the server. What it is asked at once is one piece to write, and one to read. */
export interface CheckConnection {
  /** What it is being asked. */
  asked: readonly Question[];
  /** When it was opened, last asked, and last gave its answers, in milliseconds of `performance.now()`. */
  bornAt: number;
  askedAt: number;
  usedAt: number;
  /** Asks questions of one kind. It must not be asked anything else before it is free again. */
  ask(questions: readonly Question[]): void;
  /** Ends it because of an error, and tells its pool. */
  lose(error: Error): void;
  /** Ends it without a word, also to what is being asked. Called again it does nothing. */
  end(): Promise<void>;
}

/** What a connection tells its pool. */
export interface Hears {
  /** All answers are there: more may be asked. Those who asked get them afterwards. */
  free(connection: CheckConnection): void;
  /** The connection has ended for whatever reason; to these questions it owed an answer. */
  lost(connection: CheckConnection, error: Error, owed: readonly Question[]): void;
}

/** The statement, and whether it is prepared under a name, by which the server knows it when it comes again. */
export interface Statement {
  text: string;
  isNamed(): boolean;
}

/**
 * A connection on a client that is connected. The server is told the statement once; a question is then two short
 * messages, and its answer a row without a description: the statement says which columns there are.
 * After any error the connection ends: what else comes on it would be taken for another answer.
 */
export function connectionOn(client: Client, statement: Statement, hears: Hears): CheckConnection {
  const now = performance.now();
  let isEnded = false;
  const connection: CheckConnection = {
    ...{ asked: [], bornAt: now, askedAt: now, usedAt: now },
    ask(questions) {
      connection.asked = questions;
      connection.askedAt = performance.now();
      try {
        client.query(query);
      } catch (error) {
        connection.lose(error as Error); // thrown from here it would end the program
      }
    },
    lose(error) {
      if (isEnded) return;
      const { asked } = connection;
      void connection.end();
      hears.lost(connection, error, asked);
    },
    async end() {
      connection.asked = [];
      if (isEnded) return;
      isEnded = true;
      await within(closeMilliseconds, client.end()).catch(() => undefined); // a dead line takes no goodbye
    },
  };
  const query = queryOf(connection, statement, () => hears.free(connection));
  client.on("error", connection.lose);
  client.on("end", () => connection.lose(new Error("Connection terminated unexpectedly")));
  return connection;
}

const closeMilliseconds = 1000;

/** What pg calls a Submittable: it writes its own messages, and is handed those that come back. */
function queryOf(connection: CheckConnection, { text, isNamed }: Statement, free: () => void) {
  let row: Texts | undefined;
  let rows: (Texts | undefined)[] = []; // one for each question, in their order
  let isPrepared = false;
  return {
    submit(wire: Connection) {
      rows = [];
      const tokens = connection.asked.flatMap(({ token }) => token ?? []);
      if (tokens.length === 0) return wire.query("select 1");
      const name = isNamed() ? "session_by_token" : "";
      if (name === "" || !isPrepared) wire.parse({ name, text, types: [] }, true);
      wire.stream.write(messagesOf(name, tokens));
      isPrepared ||= name !== ""; // when it is not, the question fails, and the connection ends
    },
    handleRowDescription: () => undefined,
    handleDataRow: ({ fields }: { fields: Texts }) => void (row = fields),
    handleCommandComplete() {
      rows.push(row);
      row = undefined;
    },
    handleReadyForQuery() {
      const { asked } = connection;
      const answers = rows;
      if (asked.length === 0) return;
      if (!areAnswersTo(asked, answers))
        return connection.lose(new Error("The answers are not those to the questions."));
      connection.asked = [];
      connection.usedAt = performance.now();
      free();
      asked.forEach(({ answer }, at) => answer(answers[at]));
    },
    handleError: connection.lose,
  };
}

/** Nobody may ever be taken for somebody else, whatever a pooler or a driver mixes up. */
const areAnswersTo = (asked: readonly Question[], rows: readonly (Texts | undefined)[]) =>
  asked.length === rows.length &&
  asked.every(({ token }, at) => {
    const row = rows[at];
    return token === null || row === undefined || isOfToken(row, token);
  });

/**
 * Bind and Execute for each token, and one Sync, in one piece; pg would write each by itself, and ask for a description
 * of the columns. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function messagesOf(name: string, tokens: readonly string[]): Buffer {
  const before = `\0${name}\0\0\0\0\x01`; // no name of a portal, that of the statement, one parameter, a text
  const lengths = tokens.map((token) => Buffer.byteLength(token));
  const ofBind = 4 + before.length + 4 + 2;
  const each = 1 + ofBind + execute.length;
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + each + length, sync.length));
  let at = 0;
  tokens.forEach((token, i) => {
    const length = lengths[i] ?? 0;
    at += bytes.write("B", at, "latin1");
    at = bytes.writeInt32BE(ofBind + length, at);
    at += bytes.write(before, at, "latin1");
    at = bytes.writeInt32BE(length, at);
    at += bytes.write(token, at);
    at = bytes.writeInt16BE(0, at); // the columns as texts
    at += bytes.write(execute, at, "latin1");
  });
  bytes.write(sync, at, "latin1");
  return bytes;
}

/** Execute: the portal without a name, all rows. */
const execute = "E\0\0\0\x09\0\0\0\0\0";
const sync = "S\0\0\0\x04";

import type { Client, Connection } from "pg";
import { within } from "./deadline";
import type { Texts } from "./session-row";

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
  /** Whether it was asked a second time, without the name that the server did not know. */
  isAskedAgain?: boolean;
}

/** A connection to the server that is asked one question at a time. */
export interface CheckConnection {
  /** What it is being asked. */
  asked: Question | undefined;
  /** When it was opened, last asked, and last gave an answer, in milliseconds of `performance.now()`. */
  bornAt: number;
  askedAt: number;
  usedAt: number;
  ask(question: Question): void;
  /** Ends it because of an error, and tells its pool. */
  lose(error: Error): void;
  /** Ends it without a word, also to what is being asked. Called again it does nothing. */
  end(): Promise<void>;
}

/** What a connection tells its pool. */
export interface Hears {
  /** The question was answered; another may be asked. */
  free(connection: CheckConnection): void;
  /** The connection has ended for whatever reason; `asked` is the question that it owed an answer, if any. */
  lost(connection: CheckConnection, error: Error, asked: Question | undefined): void;
}

/** The statement, and whether it is prepared under a name, by which the server knows it when it comes again. */
export interface Statement {
  text: string;
  isNamed(): boolean;
}

/**
 * A connection on a client that is connected. The server is told the statement once; a question is then three short
 * messages, and its answer a row without a description: the statement says which columns there are.
 * After any error the connection ends: what else comes on it would be taken for the next answer.
 */
export function connectionOn(client: Client, statement: Statement, hears: Hears): CheckConnection {
  const now = performance.now();
  let isEnded = false;
  const connection: CheckConnection = {
    asked: undefined,
    bornAt: now,
    askedAt: now,
    usedAt: now,
    ask(question) {
      connection.asked = question;
      connection.askedAt = performance.now();
      client.query(query);
    },
    lose(error) {
      if (isEnded) return;
      const { asked } = connection;
      void connection.end();
      hears.lost(connection, error, asked);
    },
    async end() {
      connection.asked = undefined;
      if (isEnded) return;
      isEnded = true;
      await within(closeMilliseconds, client.end()).catch(() => undefined); // a dead line takes no goodbye
    },
  };
  const { lose } = connection;
  const query = queryOf(connection, statement, { free: () => hears.free(connection), lose });
  client.on("error", lose);
  client.on("end", () => lose(new Error("Connection terminated unexpectedly")));
  return connection;
}

const closeMilliseconds = 1000;

/** What pg calls a Submittable: it writes its own messages, and is handed those that come back. */
function queryOf(
  connection: CheckConnection,
  { text, isNamed }: Statement,
  { free, lose }: { free(): void; lose(error: Error): void },
) {
  let row: Texts | undefined;
  let isPrepared = false;
  return {
    submit(wire: Connection) {
      row = undefined;
      const token = connection.asked?.token;
      if (typeof token !== "string") return wire.query("select 1");
      const name = isNamed() ? "session_by_token" : "";
      wire.stream.cork(); // so that the messages leave in one piece
      if (name === "" || !isPrepared) wire.parse({ name, text, types: [] }, true);
      wire.bind({ statement: name, values: [token] }, true);
      wire.execute(null, true);
      wire.sync();
      wire.stream.uncork();
      isPrepared ||= name !== ""; // when it is not, the question fails, and the connection ends
    },
    handleRowDescription: () => undefined,
    handleDataRow: ({ fields }: { fields: Texts }) => void (row = fields),
    handleCommandComplete: () => undefined,
    handleReadyForQuery() {
      const { asked } = connection;
      if (!asked) return;
      const answer = row;
      connection.asked = undefined;
      connection.usedAt = performance.now();
      free();
      asked.answer(answer);
    },
    handleError: lose,
  };
}

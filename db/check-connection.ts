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
      if (name === "" || !isPrepared) wire.parse({ name, text, types: [] }, true);
      wire.stream.write(messagesOf(name, token));
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

/**
 * Bind, Execute and Sync in one piece; pg would write each by itself, and ask for a description of the columns.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function messagesOf(name: string, token: string): Buffer {
  const [ofName, ofToken] = [Buffer.byteLength(name), Buffer.byteLength(token)];
  const ofBind = 4 + 1 + ofName + 1 + 2 + 2 + 4 + ofToken + 2;
  const bytes = Buffer.allocUnsafe(1 + ofBind + rest.length);
  let at = bytes.writeUInt8(0x42, 0); // B
  at = bytes.writeInt32BE(ofBind, at);
  at = bytes.writeUInt8(0, at); // the portal has no name
  at += bytes.write(name, at);
  at = bytes.writeUInt8(0, at);
  at = bytes.writeInt16BE(0, at); // parameters are texts
  at = bytes.writeInt16BE(1, at);
  at = bytes.writeInt32BE(ofToken, at);
  at += bytes.write(token, at);
  at = bytes.writeInt16BE(0, at); // and so are the columns
  rest.copy(bytes, at);
  return bytes;
}

/** Execute, of the portal without a name, all rows; Sync. */
const rest = Buffer.from("E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04", "latin1");

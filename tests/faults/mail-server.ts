import type { Socket } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { freePort } from "../program";

/** How a mail server behaves: it takes mails, or fails in one of the ways in which real ones do. */
export type Conduct =
  | "accepts"
  /** 550 at RCPT: for good. */
  | "refuses"
  /** 450 at RCPT: for now. */
  | "defers"
  /** Takes the connection and says nothing. */
  | "is silent"
  /** Takes the whole mail and says nothing. */
  | "hangs"
  /** Closes the connection while the mail is on its way, and does not keep it. */
  | "cuts off"
  /** Takes the mail and closes the connection before it says so. */
  | "drops";

/** A mail that a server has taken, whether or not it could say so. */
export interface TakenMail {
  from: string;
  to: string[];
  raw: string;
  messageId: string;
  at: Date;
}

export interface MailServer {
  /** Its address, as SMTP_URL; the same after it was started again. */
  url: string;
  /** Every mail taken, the oldest first; the same one as often as it was taken. */
  mails: TakenMail[];
  /** How many connections and mails it has turned away, cut or left without an answer. */
  failures(): number;
  /** From now on, for what is not being answered yet. */
  become(conduct: Conduct): void;
  /** How long it takes to say that it has a mail. */
  think(milliseconds: number): void;
  /** Ends every connection; from now on new ones are refused. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A real mail server on this machine. */
export async function startMailServer(): Promise<MailServer> {
  const port = freePort();
  const mails: TakenMail[] = [];
  const sockets = new Map<number | undefined, Socket>();
  let conduct: Conduct = "accepts";
  let thinking = 0;
  let failures = 0;
  let server: SMTPServer;

  function create(): SMTPServer {
    const made = new SMTPServer({ disabledCommands: ["STARTTLS", "AUTH"], disableReverseLookup: true, onConnect, onRcptTo, onData });
    made.on("error", () => undefined); // a sender that is killed ends its connections with one
    made.server.on("connection", (socket: Socket) => {
      sockets.set(socket.remotePort, socket);
      socket.on("close", () => sockets.delete(socket.remotePort));
    });
    return made;
  }
  function onConnect(_: SMTPServerSession, next: () => void) {
    if (conduct === "is silent") failures += 1;
    else next();
  }
  function onRcptTo(_: unknown, __: SMTPServerSession, next: (refusal?: Error) => void) {
    const responseCode = { refuses: 550, defers: 450 }[conduct as string]; // undefined for any other conduct
    if (responseCode === undefined) return next();
    failures += 1;
    next(Object.assign(new Error("Not here."), { responseCode }));
  }
  function onData(stream: SMTPServerDataStream, session: SMTPServerSession, taken: () => void) {
    const { mailFrom, rcptTo } = session.envelope; // it changes with the connection's next mail
    const bytes: Buffer[] = [];
    stream.on("error", () => undefined); // the sender is gone: a mail that did not arrive in full is none
    stream.on("data", (some: Buffer) => {
      bytes.push(some);
      if (conduct === "cuts off") drop(session);
    });
    stream.on("end", () => {
      if (conduct === "cuts off") return;
      if (conduct === "hangs") return void (failures += 1);
      const raw = Buffer.concat(bytes).toString();
      mails.push({ from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address), raw, messageId: headerOf(raw, "message-id"), at: new Date() });
      if (conduct === "drops") drop(session);
      else setTimeout(taken, thinking);
    });
  }
  function drop({ remotePort }: SMTPServerSession) {
    failures += 1;
    sockets.get(remotePort)?.destroy();
  }
  async function start() {
    server = create();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  }
  async function stop() {
    const closed = new Promise<void>((resolve) => server.close(resolve));
    sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  await start();
  return { url: `smtp://127.0.0.1:${port}`, mails, failures: () => failures, become: (next) => void (conduct = next), think: (next) => void (thinking = next), stop, start };
}

/** A header as it stands in a mail, in one line; empty when it has none of that name. */
export const headerOf = (raw: string, name: string): string => headersOf(raw).find(([header]) => header === name)?.[1] ?? "";

/** Every header, by its name in lower case, in the order in which they stand. */
export function headersOf(raw: string): [name: string, value: string][] {
  const [head = ""] = raw.split("\r\n\r\n");
  const lines = head.replace(/\r\n(?=[ \t])/g, "").split("\r\n");
  return lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
}

/** What a mail of several parts says in one of them, such as `text/plain`. */
export function partOf(raw: string, type: string): string {
  const boundary = /boundary="?([^";]+)/.exec(headerOf(raw, "content-type"))?.[1] ?? "";
  const part = raw.split(`--${boundary}`).slice(1).map((text) => text.replace(/^\r\n/, "")).find((text) => headerOf(text, "content-type").startsWith(type)) ?? "";
  const body = part.slice(part.indexOf("\r\n\r\n") + 4);
  const encoding = headerOf(part, "content-transfer-encoding");
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? fromQuotedPrintable(body) : body;
}

const fromQuotedPrintable = (text: string) =>
  decodeURIComponent(text.replace(/=\r\n/g, "").replaceAll("%", "%25").replace(/=([0-9A-F]{2})/g, "%$1"));

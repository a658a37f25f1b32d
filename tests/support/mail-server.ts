import { expect } from "bun:test";
import type { Socket } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { linkIn } from "./mails";
import { freePort, type Program } from "./program";
import { send } from "./traffic";

/** How a mail server behaves: it takes mails, or fails in one of the ways in which real ones do. */
export type Conduct =
  | "accepts"
  /** Nobody listens. */
  | "is stopped"
  /** 550 at RCPT: for good. */
  | "refuses"
  /** 450 at RCPT: for now. */
  | "defers"
  /** Takes the connection and never says a word. */
  | "is silent"
  /** Reads the whole mail and never answers. */
  | "hangs"
  /** Sends a line of an answer now and then, and never its last, whatever it becomes later. */
  | "trickles"
  /** Closes the connection while the mail is on its way, and does not keep it. */
  | "cuts off"
  /** Keeps the mail, and closes the connection before it says so. */
  | "drops";

/** A mail that a server has kept, whether or not it could say so. */
export interface KeptMail {
  from: string;
  to: string[];
  raw: string;
  messageId: string;
  at: Date;
  /** What its sender called itself. */
  ehlo: string;
}

/** What a server may be told about, and answer with a refusal. */
export type Stage = "connect" | "mail" | "rcpt" | "data";

/** A real mail server on this machine. */
export interface MailServer {
  /** Its address, as SMTP_URL has it; the same for as long as it exists. */
  url: string;
  /** The oldest first; one that arrives again is kept again. */
  mails: KeptMail[];
  /** From now on, for every mail that has not begun to arrive. */
  become(conduct: Conduct): Promise<void>;
  /** How many milliseconds it takes to say that it has a mail. */
  think(milliseconds: number): void;
  /** How many milliseconds it takes to look at a recipient whose address ends so. */
  ponder(ending: string, milliseconds: number): void;
  /** How many recipients it is looking at now. */
  looksAt(): number;
  /** Answers every one of these so, such as `550 5.1.1 Not here`; with nothing, none any more. */
  refuse(stage: Stage, reply?: string): void;
  remove(): Promise<void>;
}

/** Starts one that accepts. */
export async function startMailServer(): Promise<MailServer> {
  const port = freePort();
  const mails: KeptMail[] = [];
  let conduct: Conduct = "accepts";
  let [thinking, looking] = [0, 0];
  const pondering = new Map<string, number>();
  const refusals = new Map<Stage, string>();
  const sockets = new Map<number | undefined, Socket>();

  const refusal = (stage: Stage) => {
    const reply = refusals.get(stage);
    return reply === undefined
      ? undefined
      : Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
  };
  function onConnect(_: SMTPServerSession, next: (refusal?: Error) => void) {
    if (conduct !== "is silent") next(refusal("connect"));
  }
  const onMailFrom = (_: unknown, __: SMTPServerSession, next: (refusal?: Error) => void) => next(refusal("mail"));
  function onRcptTo(
    { address }: { address: string },
    { remotePort }: SMTPServerSession,
    next: (refusal?: Error) => void,
  ) {
    if (conduct === "trickles") return trickle(sockets.get(remotePort));
    const responseCode = { refuses: 550, defers: 450 }[String(conduct)];
    const answer =
      responseCode === undefined ? refusal("rcpt") : Object.assign(new Error("Not here"), { responseCode });
    const [, milliseconds = 0] = [...pondering].find(([ending]) => address.endsWith(ending)) ?? [];
    if (milliseconds <= 0) return next(answer);
    looking += 1;
    setTimeout(() => void ((looking -= 1), next(answer)), milliseconds);
  }
  function onData(stream: SMTPServerDataStream, session: SMTPServerSession, done: (refusal?: Error) => void) {
    const { mailFrom, rcptTo } = session.envelope; // read now: the connection's next mail replaces it
    const socket = sockets.get(session.remotePort);
    const fate = conduct;
    const bytes: Buffer[] = [];
    stream.on("error", () => undefined); // the sender is gone, and what did not arrive in full is no mail
    stream.on("data", (some: Buffer) => void (fate === "cuts off" ? socket?.destroy() : bytes.push(some)));
    stream.on("end", () => {
      if (fate === "hangs" || fate === "cuts off") return;
      const refused = refusal("data");
      if (refused) return done(refused);
      const raw = Buffer.concat(bytes).toString();
      mails.push({
        from: mailFrom ? mailFrom.address : "",
        to: rcptTo.map(({ address }) => address),
        raw,
        messageId: headerOf(raw, "message-id"),
        at: new Date(),
        ehlo: String(session.hostNameAppearsAs),
      });
      if (fate === "drops") socket?.destroy();
      else setTimeout(done, thinking);
    });
  }

  async function listen() {
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      disableReverseLookup: true,
      onConnect,
      onMailFrom,
      onRcptTo,
      onData,
    });
    server.on("error", () => undefined); // a sender that is killed leaves its connections behind
    server.server.on("connection", (socket) => {
      const { remotePort } = socket;
      sockets.set(remotePort, socket);
      socket.on("close", () => sockets.delete(remotePort));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return server;
  }
  let server: SMTPServer | undefined = await listen();

  const hangUp = () => sockets.forEach((socket) => socket.destroy());
  async function remove() {
    const closed = new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
    hangUp();
    await closed;
    server = undefined;
  }
  async function become(next: Conduct) {
    conduct = next;
    if (next === "is stopped") return remove();
    if (next === "is silent") hangUp(); // it is so to who connects, and senders keep their connections
    server ??= await listen();
  }
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    become,
    think: (milliseconds) => void (thinking = milliseconds),
    looksAt: () => looking,
    ponder: (ending, milliseconds) => void pondering.set(ending, milliseconds),
    refuse: (stage, reply) => void (reply === undefined ? refusals.delete(stage) : refusals.set(stage, reply)),
    remove,
  };
}

const betweenLines = 3 * 1000; // milliseconds

function trickle(socket?: Socket) {
  const lines = setInterval(() => socket?.write("250-Not yet\r\n"), betweenLines);
  socket?.on("close", () => clearInterval(lines));
}

/**
 * Every header of a mail, or of a part of one, in the order in which they stand: its name in lower case, its value in
 * one line.
 */
export function headersOf(raw: string): [name: string, value: string][] {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n(?=[ \t])/g, "");
  return head
    .split("\r\n")
    .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
}

/** A header by its name in lower case; empty when there is none. */
export const headerOf = (raw: string, name: string): string =>
  headersOf(raw).find(([known]) => known === name)?.[1] ?? "";

/** What a mail says in one of its parts, such as `text/plain`; empty when it has none. */
export function partOf(raw: string, type: string): string {
  const boundary = /boundary="?([^";]+)/.exec(headerOf(raw, "content-type"))?.[1] ?? "";
  const parts = raw.split(`--${boundary}`).map((text) => text.replace(/^\r\n/, ""));
  const part = parts.slice(1).find((text) => headerOf(text, "content-type").startsWith(type)) ?? "";
  const body = part.slice(part.indexOf("\r\n\r\n") + 4);
  const encoding = headerOf(part, "content-transfer-encoding");
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? fromQuotedPrintable(body) : body;
}

const fromQuotedPrintable = (text: string) =>
  decodeURIComponent(
    text
      .replace(/=\r\n/g, "")
      .replaceAll("%", "%25")
      .replace(/=([0-9A-F]{2})/g, "%$1"),
  );

/** The ids of mails: two copies of one mail have the same. */
export const idsOf = (mails: KeptMail[]): Set<string> => new Set(mails.map(({ messageId }) => messageId));

const tokenIn = ({ raw }: KeptMail): string | undefined => /\?token=([\w-]{43})\s/.exec(partOf(raw, "text/plain"))?.[1];

/**
 * Holds mails to the promise: one to each of the addresses by its id, the same link in every copy, nobody else among
 * its recipients. Gives how many are copies.
 */
export function expectOneEach(mails: KeptMail[], addresses: string[]): number {
  const byRecipients = Map.groupBy(mails, ({ to }) => to.join());
  expect([...byRecipients.keys()].sort()).toEqual([...addresses].sort());
  const different = [...byRecipients.values()].filter(
    (copies) => idsOf(copies).size > 1 || new Set(copies.map(tokenIn)).size > 1,
  );
  expect(different.map((copies) => copies.map(({ to, messageId }) => [to, messageId]))).toEqual([]);
  expect(idsOf(mails).size).toBe(addresses.length);
  return mails.length - addresses.length;
}

/** Holds the links in mails to it: each opens what it is for. */
export async function expectLinksToWork(program: Pick<Program, "origin">, mails: KeptMail[]) {
  const links = (path: string) =>
    [...new Set(mails.map(({ raw }) => linkIn(partOf(raw, "text/plain"), path)))].filter(Boolean);
  for (const link of links("/verify-email"))
    expect((await send(program, "POST /verify-email", { fields: { token: link.split("=")[1] ?? "" } })).status).toBe(
      303,
    );
  for (const link of links("/reset-password")) expect((await send(program, `GET ${link}`)).status).toBe(200);
}

import { sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { rowsOf } from "../../db/transaction";
import type { Letter } from "../../views/mail/letter";
import type { Log } from "../log";
import type { OutboxRow } from "./outbox";
import { createRounds } from "./rounds";
import type { Transport } from "./transport";

/** Sends what is in the outbox, in the background. */
export interface Postman {
  /** Looks into the outbox soon; costs nothing when called often. */
  wake(): void;
  /** Somebody is here, so the database is awake: looks, now and then, whether a replica that ended left something. */
  glance(): void;
  /** Resolves when nothing is left that could be sent now. */
  idle(): Promise<void>;
  /** Begins nothing new, and resolves when what was being sent is sent, or given back. */
  stop(): Promise<void>;
}

interface Needs {
  database: Database;
  transport: Transport;
  write(mail: OutboxRow): Promise<Letter | undefined>;
  render(letter: Letter): Promise<{ subject: string; text: string; html: string }>;
  /** The host that stands in the mails' ids. */
  host: string;
  log: Log;
}

const atOnce = 4;
/** While one replica sends, the mail is not due for the others; longer than any sending can take. */
const turnSeconds = 45;
const longestSending = 30 * 1000; // milliseconds
const longestPauseSeconds = 15 * 60;
const glanceMilliseconds = 60 * 1000;

/**
 * The sender. Each due mail is taken by one replica at a time, and leaves the outbox when the mail server has it.
 * Should the program die between the two, the very same mail is sent again under the same Message-ID: never lost, and
 * one mail in effect. Nothing asks the database while the outbox is empty, so a sleeping one may sleep.
 */
export function createPostman(needs: Needs): Postman {
  const rounds = createRounds(async () => {
    try {
      return await deliverDue(needs);
    } catch (error) {
      needs.log("warn", "mail.waiting", { error }); // the database cannot be asked right now
      return 5;
    }
  });
  return {
    wake: rounds.wake,
    idle: rounds.idle,
    glance() {
      if (performance.now() - rounds.lastBegan() > glanceMilliseconds) rounds.wake();
    },
    async stop() {
      await rounds.stop();
      needs.transport.close();
    },
  };
}

/** Sends some of what is due; gives the seconds until more is, or undefined when the outbox is empty. */
async function deliverDue(needs: Needs): Promise<number | undefined> {
  const mails = await takeDue(needs.database);
  await Promise.all(mails.map((mail) => deliver(needs, mail)));
  const [next] = await rowsOf<{ seconds: number | null }>(needs.database.orm, sql`select extract(epoch from min(try_at) - now())::float8 as seconds from gatehouse.outbox`);
  return next?.seconds == null ? undefined : Math.max(0, next.seconds);
}

async function takeDue({ orm }: Database): Promise<OutboxRow[]> {
  const rows = await rowsOf<OutboxRow>(
    orm,
    sql`update gatehouse.outbox set tries = tries + 1, try_at = now() + make_interval(secs => ${turnSeconds})
      where id in (select id from gatehouse.outbox where try_at <= now() order by try_at limit ${atOnce} for update skip locked)
      returning id, kind, recipient, language, user_id as "userId", facts, created_at as "createdAt", tries, try_at as "tryAt", tokens_made_at as "tokensMadeAt"`,
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

async function deliver(needs: Needs, mail: OutboxRow): Promise<void> {
  const { database, transport, log } = needs;
  const facts = { mail: mail.id, kind: mail.kind, tries: mail.tries };
  try {
    const letter = await needs.write(mail);
    if (letter) await inTime(transport.send({ messageId: `<${mail.id}@${needs.host}>`, to: mail.recipient, ...(await needs.render(letter)) }));
    await untilDone(() => rowsOf(database.orm, sql`delete from gatehouse.outbox where id = ${mail.id}`));
    log("info", letter ? "mail.sent" : "mail.needless", facts);
  } catch (error) {
    const tooOld = Date.now() - mail.createdAt.getTime() > usefulMilliseconds(mail.kind);
    log("warn", tooOld ? "mail.given_up" : "mail.failed", { ...facts, error });
    const statement = tooOld
      ? sql`delete from gatehouse.outbox where id = ${mail.id}`
      : sql`update gatehouse.outbox set try_at = now() + make_interval(secs => ${pauseSeconds(mail.tries)}::float8) where id = ${mail.id}`;
    await rowsOf(database.orm, statement).catch(() => undefined); // then it is due when its turn is over
  }
}

/** 2, 4, 8, … seconds, up to a quarter of an hour, none of two mails the same. */
const pauseSeconds = (tries: number) => Math.min(2 ** tries, longestPauseSeconds) * (0.75 + Math.random() / 2);

const hours = 60 * 60 * 1000; // in milliseconds

/** Nobody waits longer for a link that was asked for; a warning is worth sending for days. */
const usefulMilliseconds = (kind: string) => (/^(verify|reset|confirm_email)$/.test(kind) ? 3 * hours : 72 * hours);

async function inTime(sending: Promise<void>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The mail server took too long.")), longestSending);
  });
  await Promise.race([sending, late]).finally(() => clearTimeout(timer));
}

/** The mail is out: for as long as nobody else may take it, its row must go. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await Bun.sleep(attempt * 500);
    }
  }
}

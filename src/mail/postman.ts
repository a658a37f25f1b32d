import { sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { onePatience } from "../../db/deadline";
import { rowsOf } from "../../db/transaction";
import type { Letter } from "../../views/mail/letter";
import type { Log } from "../log";
import { usefulHours, type OutboxRow } from "./outbox";
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
const longestDelivery = 30 * 1000; // milliseconds
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
      return await onePatience(() => deliverDue(needs)); // and not what is left of the visitor's who woke us
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
  await Promise.all(mails.map((mail) => onePatience(() => deliver(needs, mail))));
  const [next] = await rowsOf<{ seconds: number | null }>(
    needs.database.orm,
    sql`select extract(epoch from min(try_at) - now())::float8 as seconds from gatehouse.outbox where ${isOurs}`,
  );
  return next?.seconds == null ? undefined : Math.min(Math.max(0, next.seconds), longestPauseSeconds);
}

/** A later version, of which another replica may be, knows kinds of mail that this one must leave to it. */
const isOurs = sql`kind = any(${sql.param(`{${Object.keys(usefulHours).join()}}`)}::text[])`;
/** A time further ahead than any pause was written by a clock that has been set back since. */
const isDue = sql`(try_at <= now() or try_at > now() + make_interval(secs => ${2 * longestPauseSeconds}))`;

/** A mail whose turn it is, and how old its order is by the database's clock. */
type DueMail = OutboxRow & { hours: number };

function takeDue({ orm }: Database): Promise<DueMail[]> {
  return rowsOf(
    orm,
    sql`update gatehouse.outbox set tries = tries + 1, try_at = now() + make_interval(secs => ${turnSeconds})
      where id in (select id from gatehouse.outbox where ${isDue} and ${isOurs} order by try_at limit ${atOnce} for update skip locked)
      returning id, kind, recipient, language, user_id as "userId", facts, created_at as "createdAt", tries, try_at as "tryAt",
        tokens_made_at as "tokensMadeAt", extract(epoch from now() - created_at)::float8 / 3600 as hours`,
  );
}

async function deliver(needs: Needs, mail: DueMail): Promise<void> {
  const { database, transport, log } = needs;
  const facts = { mail: mail.id, kind: mail.kind, tries: mail.tries };
  const tooOld = mail.hours > hoursUseful(mail.kind);
  try {
    const letter = tooOld ? undefined : await needs.write(mail);
    if (letter) await inTime(transport.send({ messageId: `<${mail.id}@${needs.host}>`, to: mail.recipient, ...(await needs.render(letter)) }));
    await untilDone(() => rowsOf(database.orm, sql`delete from gatehouse.outbox where id = ${mail.id}`));
    log("info", letter ? "mail.sent" : tooOld ? "mail.given_up" : "mail.needless", facts);
  } catch (error) {
    log("warn", "mail.failed", { ...facts, error });
    const again = sql`update gatehouse.outbox set try_at = now() + make_interval(secs => ${pauseSeconds(mail.tries)}::float8) where id = ${mail.id}`;
    await rowsOf(database.orm, again).catch(() => undefined); // then it is due when its turn is over
  }
}

const hoursUseful = (kind: string) => (usefulHours as Record<string, number>)[kind] ?? 0; // `isOurs` let no other kind through

/** 2, 4, 8, … seconds, up to a quarter of an hour, none of two mails the same. */
const pauseSeconds = (tries: number) => Math.min(2 ** tries * (0.75 + Math.random() / 2), longestPauseSeconds);

async function inTime(sending: Promise<void>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The mail server took too long.")), longestDelivery);
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

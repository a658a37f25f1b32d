import { sql } from "drizzle-orm";
import type { Database } from "../../db/database";
import { onePatience } from "../../db/deadline";
import { rowsOf } from "../../db/transaction";
import type { Letter } from "../../views/mail/letter";
import type { Log } from "../log";
import { linkKinds, usefulHours, type OutboxRow } from "./outbox";
import { replyIn } from "./reply";
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

/**
 * How many mails are under way at a time. What takes longer than `quickMilliseconds` gives its place to another one, so
 * that a few slow mails keep nobody waiting; but more than `mostUnderWay` a mail server is not asked for.
 */
const atOnce = 6;
const quickMilliseconds = 3000;
export const mostUnderWay = 24;
/** And of these for one domain, whose own mail server may be slow; for one account; and for one address. */
const mostForOne = { domain: 3, account: 2, recipient: 1 };
/** While one replica sends, the mail is not due for the others; longer than any sending can take. */
const turnSeconds = 45;
const longestDelivery = 30 * 1000; // milliseconds
const longestPauseSeconds = 15 * 60;
const glanceMilliseconds = 60 * 1000;

/** A mail that is being sent. */
interface Delivery {
  recipient: string;
  account: string | null;
  domain: string;
  began: number;
  ended: Promise<void>;
}

/**
 * The sender. Each due mail is taken by one replica at a time, and leaves the outbox when the mail server has it, or
 * has refused it for good. Should the program die between the two, the very same mail is sent again under the same
 * Message-ID: never lost, and one mail in effect. Nothing asks the database while the outbox is empty, so a sleeping one
 * may sleep.
 */
export function createPostman(needs: Needs): Postman {
  const underWay = new Set<Delivery>();
  let stopped = false;

  const rounds = createRounds(async () => {
    try {
      while (!stopped && hasRoom(underWay)) {
        const mail = await onePatience(() => takeNext(needs.database, underWay)); // and not what is left of the visitor's who woke us
        if (!mail) break;
        begin(mail);
      }
      return await onePatience(() => secondsToWait(needs.database, underWay.size > 0));
    } catch (error) {
      needs.log("warn", "mail.waiting", { error }); // the database cannot be asked right now
      return 5;
    }
  });
  function begin(mail: DueMail) {
    const { recipient, userId: account } = mail;
    const ended = onePatience(() => deliver(needs, mail)).finally(() => {
      underWay.delete(delivery);
      rounds.wake();
    });
    const delivery: Delivery = { recipient, account, domain: domainOf(recipient), began: performance.now(), ended };
    underWay.add(delivery);
  }
  const allEnded = () => Promise.all([...underWay].map(({ ended }) => ended));

  return {
    wake: rounds.wake,
    glance() {
      if (performance.now() - rounds.lastBegan() > glanceMilliseconds) rounds.wake();
    },
    async idle() {
      for (await rounds.idle(); underWay.size > 0; await rounds.idle()) await allEnded();
    },
    async stop() {
      stopped = true;
      await rounds.stop();
      await allEnded();
      needs.transport.close();
    },
  };
}

function hasRoom(underWay: Set<Delivery>): boolean {
  const young = [...underWay].filter(({ began }) => performance.now() - began < quickMilliseconds);
  return young.length < atOnce && underWay.size < mostUnderWay;
}

/** Until something is due; undefined when the outbox is empty. While mails are under way each second is a look: a slow one may have made room. */
async function secondsToWait({ orm }: Database, isSending: boolean): Promise<number | undefined> {
  const [next] = await rowsOf<{ seconds: number | null }>(
    orm,
    sql`select extract(epoch from min(try_at) - now())::float8 as seconds from gatehouse.outbox where ${isOurs}`,
  );
  return next?.seconds == null ? undefined : Math.min(Math.max(isSending ? 1 : 0, next.seconds), longestPauseSeconds);
}

/** A later version, of which another replica may be, knows kinds of mail that this one must leave to it. */
const isOurs = isOneOf(Object.keys(usefulHours));
const isLink = isOneOf(linkKinds);
function isOneOf(kinds: string[]) {
  return sql`kind = any(${sql.param(`{${kinds.join()}}`)}::text[])`;
}
/** A time further ahead than any pause was written by a clock that has been set back since. */
const isDue = sql`(try_at <= now() or try_at > now() + make_interval(secs => ${2 * longestPauseSeconds}))`;

/** A mail whose turn it is, and how old its order is by the database's clock. */
type DueMail = OutboxRow & { hours: number };

/**
 * Takes the mail whose turn it is: links before warnings, and of these the one that waits longest. What else is due for
 * its recipient or its account goes behind everybody who is waiting by now, so however many mails there are for one,
 * another's waits for one of them. Undefined when none is due for whom something more may be under way.
 */
async function takeNext({ orm }: Database, underWay: Set<Delivery>): Promise<DueMail | undefined> {
  const full = (key: keyof typeof mostForOne) => sql`any(${sql.param(fullOf(key, underWay))}::text[])`;
  const isFree = sql`not (recipient = ${full("recipient")} or ${domainInSql} = ${full("domain")} or coalesce(user_id = ${full("account")}, false))`;
  const [mail] = await rowsOf<DueMail>(
    orm,
    sql`with next as (
        select id, recipient, user_id from gatehouse.outbox where ${isDue} and ${isOurs} and ${isFree}
          order by ${isLink} desc, least(try_at, now()), created_at limit 1 for update skip locked
      ), others as (
        select o.id from gatehouse.outbox o, next
          where ${isDue} and o.id <> next.id and (o.recipient = next.recipient or o.user_id = next.user_id) for update of o skip locked
      ), behind as (
        update gatehouse.outbox set try_at = now() where id in (select id from others)
      )
      update gatehouse.outbox set tries = tries + 1, try_at = now() + make_interval(secs => ${turnSeconds})
      where id in (select id from next)
      returning id, kind, recipient, language, user_id as "userId", facts, created_at as "createdAt", tries, try_at as "tryAt",
        tokens_made_at as "tokensMadeAt", extract(epoch from now() - created_at)::float8 / 3600 as hours`,
  );
  return mail;
}

const domainOf = (recipient: string) => recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase();
const domainInSql = sql`lower(substring(recipient from '[^@]*$'))`;

/** For whom no more may be under way. */
function fullOf(key: keyof typeof mostForOne, underWay: Set<Delivery>): string[] {
  const counts = Map.groupBy([...underWay], (delivery) => delivery[key]);
  return [...counts].flatMap(([one, all]) => (one !== null && all.length >= mostForOne[key] ? [one] : []));
}

async function deliver(needs: Needs, mail: DueMail): Promise<void> {
  const { database, transport, log } = needs;
  const facts = { mail: mail.id, kind: mail.kind, tries: mail.tries };
  const tooOld = mail.hours > hoursUseful(mail.kind);
  try {
    const letter = tooOld ? undefined : await needs.write(mail);
    const refusal = letter && (await inTime(transport.send({ messageId: `<${mail.id}@${needs.host}>`, to: mail.recipient, ...(await needs.render(letter)) })));
    await untilDone(() => rowsOf(database.orm, sql`delete from gatehouse.outbox where id = ${mail.id}`));
    log("info", refusal || tooOld ? "mail.given_up" : letter ? "mail.sent" : "mail.needless", { ...facts, ...refusal });
  } catch (error) {
    log("warn", "mail.failed", { ...facts, ...replyIn(error), error });
    const again = sql`update gatehouse.outbox set try_at = now() + make_interval(secs => ${pauseSeconds(mail.tries)}::float8) where id = ${mail.id}`;
    await rowsOf(database.orm, again).catch(() => undefined); // then it is due when its turn is over
  }
}

const hoursUseful = (kind: string) => (usefulHours as Record<string, number>)[kind] ?? 0; // `isOurs` let no other kind through

/** 2, 4, 8, … seconds, up to a quarter of an hour, none of two mails the same. */
const pauseSeconds = (tries: number) => Math.min(2 ** tries * (0.75 + Math.random() / 2), longestPauseSeconds);

async function inTime<Result>(sending: Promise<Result>): Promise<Result> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The mail server took too long.")), longestDelivery);
  });
  return Promise.race([sending, late]).finally(() => clearTimeout(timer));
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

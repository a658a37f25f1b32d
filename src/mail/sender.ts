import { sql } from "drizzle-orm";
import type { Database } from "../../db/types";
import { within, withRequestBudget } from "../../db/deadline";
import { rowsOf } from "../../db/transaction";
import type { Letter } from "../../views/mail/letter";
import type { Metrics } from "../process/metrics";
import type { Log } from "../process/log";
import type { MailKinds, OutboxRow } from "../account/outbox";
import { beginsNow, hasRoom, longestPauseSeconds, queueOf, secondsToWait, takeNext } from "./queue";
import type { DueMail, UnderWay } from "./queue";
import { replyIn, whyNotSent } from "./reply";
import { createScheduler } from "./scheduler";
import type { Transport } from "./transport";

/** Sends what is in the outbox, in the background. */
export interface Sender {
  /** Looks into the outbox soon; costs nothing when called often. */
  wake(): void;
  /** A request came, so the database is awake: looks, once a minute at most, for mails that an ended replica left. */
  pollIfDue(): void;
  /** How many mails wait, and since when, in seconds. Asks the database only when some waited at the last look. */
  waiting(): Promise<{ count: number; oldestSeconds: number }>;
  /** Resolves when nothing is left that could be sent now. */
  idle(): Promise<void>;
  /** Begins nothing new, and resolves when what was being sent is sent, or given back. */
  stop(): Promise<void>;
}

interface SenderDeps {
  database: Database;
  /** The kinds that this program can write. */
  kinds: MailKinds;
  transport: Transport;
  write(mail: OutboxRow): Promise<Letter | undefined>;
  render(letter: Letter): Promise<{ subject: string; text: string; html: string }>;
  /** The host that stands in the mails' ids. */
  host: string;
  log: Log;
  metrics: Metrics;
}

const deliveryMilliseconds = 30_000;
const pollMilliseconds = 60_000;

/**
 * The sender. Each due mail is taken by one replica at a time, and leaves the outbox when the mail server has it, or
 * has refused it for good. Should the program die between the two, the very same mail is sent again under the same
 * Message-ID: never lost, and one mail in effect. Nothing asks the database while the outbox is empty, so a sleeping
 * database may sleep.
 */
export function createSender(deps: SenderDeps): Sender {
  const underWay = new Map<UnderWay, Promise<void>>();
  let [stopped, isEmpty] = [false, true];
  const scheduler = createScheduler(async () => {
    try {
      for (let mail = await next(); mail; mail = await next()) begin(mail);
      const waiting = { isSending: underWay.size > 0, kinds: deps.kinds };
      const seconds = await withRequestBudget(() => secondsToWait(deps.database, waiting));
      isEmpty = seconds === undefined;
      return seconds;
    } catch (error) {
      deps.log("warn", "mail.waiting", { error }); // the database cannot be asked right now
      return 5;
    }
  });
  const next = async () => (stopped ? undefined : takeAnother(deps, [...underWay.keys()]));
  function begin(mail: DueMail) {
    const one = beginsNow(mail);
    const delivered = withRequestBudget(() => deliver(deps, mail));
    underWay.set(
      one,
      delivered.finally(() => underWay.delete(one) && scheduler.wake()),
    );
  }
  return {
    wake: scheduler.wake,
    pollIfDue: () => void (performance.now() - scheduler.lastBegan() > pollMilliseconds && scheduler.wake()),
    waiting: async () => (isEmpty ? { count: 0, oldestSeconds: 0 } : withRequestBudget(() => queueOf(deps))),
    async idle() {
      for (await scheduler.idle(); underWay.size > 0; await scheduler.idle()) await Promise.all(underWay.values());
    },
    async stop() {
      stopped = true;
      await scheduler.stop();
      await Promise.all(underWay.values());
      deps.transport.close();
    },
  };
}

/** Takes a due mail; undefined where none is due, or as many are under way as may be. */
async function takeAnother({ database, kinds }: SenderDeps, underWay: UnderWay[]): Promise<DueMail | undefined> {
  if (!hasRoom(underWay)) return undefined;
  // A budget of its own, not what is left of the request that woke the sender.
  return withRequestBudget(() => takeNext(database, { underWay, kinds }));
}

async function deliver(deps: SenderDeps, mail: DueMail): Promise<void> {
  const { database, transport, log, metrics } = deps;
  const facts = { mail: mail.id, kind: mail.kind, tries: mail.tries };
  const tooOld = mail.hours > (deps.kinds[mail.kind]?.maxAgeHours ?? 0);
  try {
    const letter = tooOld ? undefined : await deps.write(mail);
    const addressed = { messageId: `<${mail.id}@${deps.host}>`, to: mail.recipient };
    const refusal = letter && (await inTime(transport.send({ ...addressed, ...(await deps.render(letter)) })));
    const isGivenUp = tooOld || refusal !== undefined;
    await untilDone(() => rowsOf(database.orm, isGivenUp ? giveUp(mail.id, refusal?.reply) : takeOut(mail.id)));
    metrics.count("gatehouse_mails_total", { outcome: isGivenUp ? "given_up" : letter ? "sent" : "needless" });
    log("info", isGivenUp ? "mail.given_up" : letter ? "mail.sent" : "mail.needless", { ...facts, ...refusal });
  } catch (error) {
    metrics.count("gatehouse_mails_total", { outcome: "failed" });
    log("warn", "mail.failed", { ...facts, reason: whyNotSent(error), ...replyIn(error), error });
    const again = sql`update gatehouse.outbox
      set try_at = now() + make_interval(secs => ${pauseSeconds(mail.tries)}::float8) where id = ${mail.id}`;
    await rowsOf(database.orm, again).catch(() => undefined); // then it is due when its turn is over
  }
}

const takeOut = (id: string) => sql`delete from gatehouse.outbox where id = ${id}`;

/** For an operator to find. */
const giveUp = (id: string, reply: number | undefined) => sql`with gone as (${takeOut(id)} returning *)
  insert into gatehouse.given_up_mail (id, kind, recipient, language, user_id, facts, tries, tokens_made_at, reply)
  select id, kind, recipient, language, user_id, facts, tries, tokens_made_at, ${reply ?? null}::int from gone
  on conflict do nothing`;

/** 2, 4, 8, … seconds, up to a quarter of an hour, with jitter. */
const pauseSeconds = (tries: number) => Math.min(2 ** tries * (0.75 + Math.random() / 2), longestPauseSeconds);

const inTime = <Result>(sending: Promise<Result>) =>
  within(deliveryMilliseconds, sending, () => new Error("The mail server took too long."));

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

import { and, eq, sql, type SQL } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import { byArriving, byLink, byUser } from "../../account/act";
import type { Services } from "../../account/services";
import { endOthers } from "../../account/sessions";
import { warn } from "../../account/warn";
import { knownLanguage, wordsOf } from "../../http/language";
import { blankClient, type Client, type Visit } from "../../http/visit";
import { done, refused, type Result } from "../../result";
import { hours } from "../../time";
import { hasSamePassword, removeFactor } from "./factor";
import { factorLoss } from "./tables";
import type { FactorTools } from "./tools";

/**
 * For whoever has neither the app nor a code: the second factor is taken off after three days, of which the owner is
 * told at once and every day. So a thief who has the password gets in no sooner than the owner can say no.
 */
const waitSeconds = 72 * hours;
const betweenMailsSeconds = 24 * hours;

interface Asked {
  visit: Visit;
  userId: string;
  email: string;
  passwordMark: string;
}

/**
 * Asks for it, once the password was right. Asked again, it takes no longer and no shorter. Gives when it is due.
 * Refused with `signed_out` when there is another password, or a suspension, meanwhile.
 */
export function askForLoss(services: Services, tools: FactorTools, { visit, userId, email, passwordMark }: Asked) {
  return tools.act(services, { visit, subject: byArriving(userId) }, async ({ inner, record, order }) => {
    if (!(await hasSamePassword(inner, { userId, passwordMark }))) return refused("signed_out");
    const [asked] = await inner
      .insert(factorLoss)
      .values({ userId, language: visit.language, dueAt: sql`now() + make_interval(secs => ${waitSeconds})` })
      .onConflictDoNothing()
      .returning({ dueAt: factorLoss.dueAt });
    if (!asked) return done(await dueAt(inner, userId));
    await record("factor_loss_asked");
    const facts = { due: visit.words.instant(asked.dueAt, visit.timeZone) };
    await warn({ inner, order }, { kind: "factor_loss_asked", recipient: email, userId, facts });
    return done(asked.dueAt);
  });
}

/** When the lost factor of a user is taken off; undefined when that was not asked for. */
export async function dueAt(on: Orm, userId: string): Promise<Date | undefined> {
  const found = on.select({ dueAt: factorLoss.dueAt }).from(factorLoss).where(eq(factorLoss.userId, userId));
  return (await withDeadline(found))[0]?.dueAt;
}

/** The factor is not lost after all; false when nobody had said so. */
export async function stopLoss(inner: Orm, userId: string): Promise<boolean> {
  const stopped = await inner
    .delete(factorLoss)
    .where(eq(factorLoss.userId, userId))
    .returning({ userId: factorLoss.userId });
  return stopped.length > 0;
}

/** The same by the link of a mail. */
export function stopLossByLink(services: Services, tools: FactorTools, about: { visit: Visit; token: string }) {
  const subject = byLink("keep_factor", about.token);
  return tools.act(services, { visit: about.visit, subject }, async ({ inner, who, record }) => {
    if (await stopLoss(inner, who.userId)) await record("factor_loss_stopped");
    return done();
  });
}

/** Takes a lost factor off whose three days are over; nothing when it was stopped meanwhile. */
export function takeOffLost(services: Services, tools: FactorTools, { userId, client }: Lost): Promise<Result> {
  return tools.act(services, { visit: client, subject: byUser(userId) }, async ({ inner, record, order }) => {
    const isDue = and(eq(factorLoss.userId, userId), sql`due_at <= now()`);
    const due = await inner.delete(factorLoss).where(isDue).returning({ userId: factorLoss.userId });
    if (due.length === 0 || !(await removeFactor(inner, userId))) return done();
    await endOthers(inner, userId);
    await record("second_factor_off");
    const [owner] = await inner.select({ email: user.email }).from(user).where(eq(user.id, userId));
    if (owner) await warn({ inner, order }, { kind: "second_factor_off", recipient: owner.email, userId });
    return done();
  });
}

interface Lost {
  userId: string;
  client: Client;
}

/** Nobody's request brings it about. */
const byItself = (language: string): Client => blankClient(knownLanguage(language));

/** What is due by now: factors to be taken off, and owners to be told that theirs will be. */
export async function doWhatIsDue(services: Services, tools: FactorTools): Promise<void> {
  const { orm } = services.database;
  const due = await withDeadline(orm.select().from(factorLoss).where(sql`due_at <= now()`).limit(atOnce));
  for (const { userId, language } of due) await takeOffLost(services, tools, { userId, client: byItself(language) });
  const untold = sql`due_at > now() and told_at < now() - make_interval(secs => ${betweenMailsSeconds})`;
  const owners = orm
    .select({ userId: factorLoss.userId, language: factorLoss.language, email: user.email })
    .from(factorLoss)
    .innerJoin(user, eq(user.id, factorLoss.userId))
    .where(untold)
    .limit(atOnce);
  for (const owner of await withDeadline(owners)) await tellAgain(services, tools, { ...owner, untold });
}

const atOnce = 100;

interface Untold {
  userId: string;
  language: string;
  email: string;
  untold: SQL;
}

/** One replica of many tells. */
function tellAgain(services: Services, tools: FactorTools, { userId, language, email, untold }: Untold) {
  const occasion = { visit: byItself(language), subject: byUser(userId) };
  return tools.act(services, occasion, async ({ inner, order }) => {
    const [told] = await inner
      .update(factorLoss)
      .set({ toldAt: sql`now()` })
      .where(and(eq(factorLoss.userId, userId), untold))
      .returning({ dueAt: factorLoss.dueAt });
    if (!told) return done();
    const facts = { due: wordsOf(language).instant(told.dueAt) };
    await warn({ inner, order }, { kind: "factor_loss_asked", recipient: email, userId, facts });
    return done();
  });
}

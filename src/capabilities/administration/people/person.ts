import { desc, eq, or, sql, type SQL } from "drizzle-orm";
import { account, user } from "../../../../db/auth-tables";
import { withDeadline } from "../../../../db/deadline";
import type { OwnTable } from "../../../../db/kept";
import { givenUpMail, outbox, suspension } from "../../../../db/own-tables";
import { rowsOf } from "../../../../db/transaction";
import type { Database, Orm } from "../../../../db/types";
import { deletionOf } from "../../../account/deletion";
import { activityOf } from "../../../account/events";
import { heldUntil, isBlockedByColumn, isHeld } from "../../../account/suspension";
import { sessionsOf } from "../../../account/sessions";
import { hasPassword, isNamed, passwordProvider } from "../../../account/statements";
import { rolesOf } from "./act";
import { secondFactorIn } from "./list";

/** What reading somebody's account needs. */
export interface Library {
  database: Database;
  tables: readonly OwnTable[];
}

/** The id of the user with an email address, in any case, or with this very id; undefined where there is nobody. */
export async function findPerson(orm: Orm, who: string): Promise<string | undefined> {
  const [found] = await withDeadline(orm.select({ id: user.id }).from(user).where(isNamed(who)));
  return found?.id;
}

const mostEvents = 50;
const mostMails = 20;

/** Everything about one person that helps to help them: nothing that opens an account. Undefined once they are gone. */
export async function personOf({ database, tables }: Library, userId: string) {
  const { orm } = database;
  const { id, email, name, emailVerified, createdAt } = user;
  const found = orm
    .select({ id, email, name, isConfirmed: emailVerified, createdAt })
    .from(user)
    .where(eq(user.id, userId));
  const [profile] = await withDeadline(found);
  if (!profile) return undefined;
  // One after the other: a verb has one connection for all of them.
  const suspension = await suspensionOf(orm, userId);
  const isBlocked = await isTrue(orm, isBlockedByColumn(userId));
  return {
    profile,
    roles: await withDeadline(rolesOf(orm, userId)),
    suspension,
    /** By a column of an existing app. */
    isBlocked,
    /** By either. */
    isKeptOut: isBlocked || suspension !== undefined,
    deletedAt: await deletionOf(database, userId),
    waysIn: await waysInOf(orm, { userId, tables }),
    hasSecondFactor: await isTrue(orm, hasSecondFactor(userId, tables)),
    sessions: await sessionsOf(database, userId),
    events: await activityOf(database, userId, { count: mostEvents }),
    mails: await mailsOf(orm, { userId, email: profile.email }),
  };
}

/** What is shown of one person. */
export type PersonView = NonNullable<Awaited<ReturnType<typeof personOf>>>;

/** Why and until when somebody is kept out; undefined when they are not. */
async function suspensionOf(orm: Orm, userId: string) {
  const { reason, by, at } = suspension;
  const until = heldUntil.mapWith(suspension.until);
  const held = sql`${eq(suspension.userId, userId)} and ${isHeld}`;
  const [row] = await withDeadline(orm.select({ words: reason, by, at, until }).from(suspension).where(held));
  return row;
}

const hasSecondFactor = (userId: string, tables: readonly OwnTable[]): SQL =>
  sql`exists (select from "user" u where u.id = ${userId} and ${secondFactorIn(tables)})`;

async function isTrue(orm: Orm, condition: SQL): Promise<boolean> {
  const [row] = await withDeadline(rowsOf<{ is: boolean }>(orm, sql`select ${condition} as is`));
  return row?.is ?? false;
}

/** How somebody gets in: whether they have a password, other providers, and what capabilities keep for them. */
async function waysInOf(orm: Orm, { userId, tables }: { userId: string; tables: readonly OwnTable[] }) {
  const providers = await withDeadline(
    orm.select({ provider: account.providerId }).from(account).where(eq(account.userId, userId)),
  );
  const others: Record<string, unknown> = {};
  for (const { exported, opens, isSecondFactor } of tables)
    if (exported && (opens || isSecondFactor)) others[exported.name] = await withDeadline(exported.read(orm, userId));
  return {
    password: await hasPassword(orm, userId),
    providers: providers.map(({ provider }) => provider).filter((provider) => provider !== passwordProvider),
    ...others,
  };
}

/** The mails that wait for somebody, and those that were given up: never what is in them. */
async function mailsOf(orm: Orm, { userId, email }: { userId: string; email: string }) {
  const facts = ({ id, kind, recipient, tries }: typeof outbox | typeof givenUpMail) => ({
    id,
    kind,
    recipient,
    tries,
  });
  const waiting = orm
    .select({ ...facts(outbox), at: outbox.tryAt })
    .from(outbox)
    .where(or(eq(outbox.userId, userId), eq(outbox.recipient, email)))
    .orderBy(desc(outbox.createdAt))
    .limit(mostMails);
  const givenUp = orm
    .select({ ...facts(givenUpMail), at: givenUpMail.givenUpAt })
    .from(givenUpMail)
    .where(or(eq(givenUpMail.userId, userId), eq(givenUpMail.recipient, email)))
    .orderBy(desc(givenUpMail.givenUpAt))
    .limit(mostMails);
  return { waiting: await withDeadline(waiting), givenUp: await withDeadline(givenUp) };
}

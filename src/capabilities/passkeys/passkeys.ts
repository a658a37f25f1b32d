import { and, asc, eq, sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import type { Orm } from "../../../db/types";
import { bySession } from "../../account/act";
import type { Services } from "../../account/services";
import type { Current } from "../../account/sessions";
import { hasPassword } from "../../account/statements";
import { warnCounted } from "../../account/warn";
import type { OwnActing, Tools } from "../../capability";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import { authenticatorName } from "./authenticators";
import { answer } from "./challenges";
import { madeHereBy, passkey, workingOf } from "./tables";
import type { Made } from "./verify";
import type { words } from "./words";

type Words = (typeof words)["en"];

/** The tools of the passkeys, which know their names. */
export type PasskeyTools = Tools<keyof Words["events"], keyof Words["problems"], keyof Words["mails"], never>;

/** How many passkeys a user may have. */
export const mostPasskeys = 10;

/** A passkey, as its owner sees it. */
export interface PasskeyEntry {
  id: string;
  credentialId: string;
  name: string;
  isBackedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** A user's passkeys, the oldest first. */
export function passkeysOf(on: Orm, userId: string, rpId: string): Promise<PasskeyEntry[]> {
  const { id, credentialId, name, isBackedUp, createdAt, lastUsedAt } = passkey;
  return withDeadline(
    on
      .select({ id, credentialId, name, isBackedUp, createdAt, lastUsedAt })
      .from(passkey)
      .where(workingOf(userId, rpId))
      .orderBy(asc(createdAt), asc(id)),
  );
}

/** Who changes their passkeys, and from where. */
interface Change {
  visit: Visit;
  current: Current;
  email: string;
}

type Told = "passkey_added" | "passkey_renamed" | "passkey_removed";

/**
 * Counts one change before the act; gives what writes the event, and the mail of the same name, about the passkey
 * `name`.
 */
async function teller(services: Services, kind: Told, { userId, email }: Pick<Current, "userId"> & { email: string }) {
  const counted = await services.throttle.take([{ kind: "change", key: `passkey ${userId}` }]);
  if (!counted.ok) return counted;
  return done(async (acting: PasskeyActing, name: string): Promise<void> => {
    await acting.record(kind);
    await warnCounted(services, acting, { kind, recipient: email, userId, facts: { name } });
  });
}

type PasskeyActing = OwnActing<unknown, keyof Words["events"], keyof Words["mails"]>;

/**
 * Adds a passkey that was verified, and tells its owner by mail; the challenge is used up with it. Refused when there
 * are ten, counted under the user's lock, and when somebody has this one already.
 */
export async function addPasskey(
  services: Services,
  tools: PasskeyTools,
  { visit, current, email, challenge, rpId, ...made }: Change & Made & { challenge: string; rpId: string },
): Promise<Result> {
  const { userId } = current;
  const { deviceName } = await import("../../account/device-name");
  const name = authenticatorName(made.aaguid) ?? deviceName(visit.userAgent, visit.words);
  const tell = await teller(services, "passkey_added", { userId, email });
  if (!tell.ok) return tell;
  const occasion = { visit, subject: bySession(current), whenTaken: tools.refuse("passkey_taken").problem };
  return tools.act(services, occasion, async (acting) => {
    const { inner } = acting;
    if (!(await answer(inner, challenge))) return tools.refuse("passkey_expired");
    const had = await inner.$count(passkey, workingOf(userId, rpId));
    if (had >= mostPasskeys) return tools.refuse("passkey_too_many");
    await inner.insert(passkey).values({ ...made, userId, rpId, name });
    await tell.value(acting, name);
    return done();
  });
}

/** Gives a passkey another name. Refused when it is not there any more. */
export async function renamePasskey(
  services: Services,
  tools: PasskeyTools,
  { visit, current, email, id, name }: Change & { id: string; name: string },
): Promise<Result> {
  const { userId } = current;
  const tell = await teller(services, "passkey_renamed", { userId, email });
  if (!tell.ok) return tell;
  return tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const { inner } = acting;
    const renamed = await inner.update(passkey).set({ name }).where(theirs(userId, id)).returning({ id: passkey.id });
    if (renamed.length === 0) return tools.refuse("passkey_gone");
    await tell.value(acting, name);
    return done();
  });
}

/**
 * Removes a passkey. Refused when it is the last way in: without a password nobody would come back. Of one that was
 * taken over nobody knows whether the sign-in page finds it, so that it stands in for none that the page does find.
 */
export async function removePasskey(
  services: Services,
  tools: PasskeyTools,
  { visit, current, email, id, rpId }: Change & { id: string; rpId: string },
): Promise<Result> {
  const { userId } = current;
  const tell = await teller(services, "passkey_removed", { userId, email });
  if (!tell.ok) return tell;
  return tools.act(services, { visit, subject: bySession(current) }, async (acting) => {
    const { inner } = acting;
    const { name, rpId: madeFor } = passkey;
    const [removed] = await inner.delete(passkey).where(theirs(userId, id)).returning({ name, madeFor });
    if (!removed) return tools.refuse("passkey_gone");
    const left = await inner.$count(passkey, (removed.madeFor === null ? workingOf : madeHereBy)(userId, rpId));
    if (left === 0 && !(await hasPassword(inner, userId))) return tools.refuse("passkey_last");
    await tell.value(acting, removed.name);
    return done();
  });
}

/** A passkey of this user: another one's is nobody's. */
const theirs = (userId: string, id: string) => and(eq(passkey.userId, userId), eq(passkey.id, id));

/**
 * Notes that a passkey was used; false when it is gone, or its counter did not go on: then there are two of it, one of
 * which is a copy. Compared and set in one statement, so that two uses at the same time count as two.
 */
export async function noteUse(
  on: Orm,
  { id, counter, isBackedUp }: { id: string; counter: number; isBackedUp: boolean },
): Promise<boolean> {
  const noted = await withDeadline(
    rowsOf(
      on,
      sql`update gatehouse.passkey set counter = ${counter}, is_backed_up = ${isBackedUp}, last_used_at = now()
        where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter} = 0)) returning 1`,
    ),
  );
  return noted.length > 0;
}

import type { Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import { done, refused, type Result } from "../result";
import { act, bySession } from "./act";
import { deviceOf } from "./devices";
import { hasEnough, isConfirmed, type OtherWay } from "./other-ways";
import type { Services } from "./services";
import { endOthers, rotateSession, type Current, type Rotated } from "./sessions";
import { clearPassword, hasPassword } from "./statements";
import { endTokens } from "./tokens";
import { warnCounted } from "./warn";

/** Whose password is to be removed, and what they have besides. */
export interface Removal {
  current: Current;
  email: string;
  ways: readonly OtherWay[];
}

/**
 * Removes a password, for a user who has another way in, one that backs it, and a confirmed address: asked under the
 * user's lock, so that the last way in is never lost between two acts. Other sessions and links end, the owner is told
 * by mail, and the session in use is replaced by a new one. Gives undefined where there was no password.
 */
export async function removePassword(
  services: Services,
  visit: Visit,
  { current, email, ways }: Removal,
): Promise<Result<Rotated | undefined>> {
  const { userId, sessionId } = current;
  const counted = await services.throttle.take([{ kind: "change", key: `password ${userId}` }]);
  if (!counted.ok) return counted;
  return act(services, { visit, subject: bySession(current) }, async (acting): Promise<Result<Rotated | undefined>> => {
    const { inner } = acting;
    if (!(await hasPassword(inner, userId))) return done(undefined);
    if (!(await canDoWithout(inner, { userId, ways }))) return refused("password_kept");
    await clearPassword(inner, userId);
    await endOthers(inner, userId, { sessionId, device: deviceOf(visit, services) });
    await endTokens(inner, userId);
    await acting.record("password_removed");
    await warnCounted(services, acting, { kind: "password_removed", recipient: email, userId });
    return rotateSession(inner, services, { visit, current });
  });
}

/** Whether a user can do without a password. */
async function canDoWithout(on: Orm, about: { userId: string; ways: readonly OtherWay[] }): Promise<boolean> {
  if (!(await isConfirmed(on, about.userId))) return false;
  for (const role of ["opens", "backs"] as const) if (!(await hasEnough(on, { ...about, role }))) return false;
  return true;
}

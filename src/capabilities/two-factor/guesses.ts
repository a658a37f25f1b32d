import { noteRefusedSignIn, type SignInRefusal } from "../../account/access";
import { byUser } from "../../account/act";
import { eq } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import { deviceOf, hasUsed } from "../../account/devices";
import type { Services } from "../../account/services";
import { clientLimits, type Limit } from "../../guard/throttle";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import type { FactorTools } from "./tools";

/**
 * Counts a try at a code, for the account, over all sign-ins and all clients: from a thousand machines nobody guesses
 * more. A browser that the owner has used before is counted on its own, so that strangers never lock the owner out.
 */
export async function countGuess(
  services: Services,
  tools: FactorTools,
  { visit, userId }: Guess,
): Promise<Result<Limit[]>> {
  const device = deviceOf(visit, services);
  const isKnown = device.cookie === undefined && (await hasUsed(services.database.orm, userId, device.hash));
  const limits = isKnown
    ? [tools.limit("second_step", `${userId} ${device.hash}`)]
    : [...clientLimits(visit), tools.limit("second_step", userId)];
  const counted = await services.throttle.take(limits);
  if (counted.ok) return done(limits);
  if (counted.isFirst) await recordGuess(services, tools, { visit, userId, outcome: "held_up" });
  await tellLog(services, { visit, userId, reason: "throttled" });
  return counted;
}

interface Guess {
  visit: Visit;
  userId: string;
}

/** A code was wrong: its owner reads of it, and the operator. */
export async function noteGuess(services: Services, tools: FactorTools, guess: Guess): Promise<void> {
  await recordGuess(services, tools, { ...guess, outcome: "refused" });
  await tellLog(services, { ...guess, reason: "second_factor_wrong" });
}

async function tellLog(services: Services, { visit, userId, reason }: Guess & { reason: SignInRefusal }) {
  const found = services.database.orm.select({ email: user.email }).from(user).where(eq(user.id, userId));
  const [owner] = await withDeadline(found);
  noteRefusedSignIn(services, visit, { way: "second_factor", reason, email: owner?.email });
}

async function recordGuess(
  services: Services,
  tools: FactorTools,
  { visit, userId, outcome }: Guess & { outcome: "refused" | "held_up" },
): Promise<void> {
  await tools.act(services, { visit, subject: byUser(userId) }, async ({ record }) => {
    await record("second_step", outcome);
    return done();
  });
}

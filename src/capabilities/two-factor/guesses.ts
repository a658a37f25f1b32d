import { byUser } from "../../account/act";
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
  { visit, userId }: { visit: Visit; userId: string },
): Promise<Result<Limit[]>> {
  const device = deviceOf(visit, services);
  const isKnown = device.cookie === undefined && (await hasUsed(services.database.orm, userId, device.hash));
  const limits = isKnown
    ? [tools.limit("second_step", `${userId} ${device.hash}`)]
    : [...clientLimits(visit), tools.limit("second_step", userId)];
  const counted = await services.throttle.take(limits);
  if (counted.ok) return done(limits);
  if (counted.isFirst) await noteGuess(services, tools, { visit, userId, outcome: "held_up" });
  return counted;
}

/** A code was wrong, or too many were: its owner reads of it. */
export async function noteGuess(
  services: Services,
  tools: FactorTools,
  { visit, userId, outcome }: { visit: Visit; userId: string; outcome: "refused" | "held_up" },
): Promise<void> {
  await tools.act(services, { visit, subject: byUser(userId) }, async ({ record }) => {
    await record("second_step", outcome);
    return done();
  });
}

import { eq } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import { noteRefusedSignIn, type SignInRefusal } from "../../account/access";
import { byUser } from "../../account/act";
import { deviceOf, hasUsed } from "../../account/devices";
import type { Services } from "../../account/services";
import { clientLimits, type Limit } from "../../guard/throttle";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import { kindOf } from "./factor";
import type { FactorTools } from "./tools";

/**
 * Counts a try at a code, for the account, over all sign-ins and all clients: from a thousand machines nobody guesses
 * more. A browser that the owner has used before is counted on its own, so that strangers never lock the owner out.
 */
export async function countGuess(
  services: Services,
  tools: FactorTools,
  { visit, userId, typed }: Guess,
): Promise<Result<Limit[]>> {
  const device = deviceOf(visit, services);
  const isKnown = device.cookie === undefined && (await hasUsed(services.database.orm, userId, device.hash));
  const limits = isKnown
    ? [tools.limit("second_step", `${userId} ${device.hash}`)]
    : [...clientLimits(visit), tools.limit("second_step", userId)];
  const counted = await services.throttle.take(limits);
  if (counted.ok) return done(limits);
  if (counted.isFirst) await recordGuess(services, tools, { visit, userId, typed, outcome: "held_up" });
  await tellRefused(services, { visit, userId, typed, reason: "throttled" });
  return counted;
}

interface Guess {
  visit: Visit;
  userId: string;
  typed: string;
}

/**
 * A code was right: its limits forget the try. Or it was wrong: its owner reads of it, and the operator. Or none was
 * looked at, because what it was for is over: the try stays counted, and nobody's code was wrong.
 */
export async function endGuess(
  services: Services,
  tools: FactorTools,
  { limits, came, ...guess }: Guess & { limits: Limit[]; came: Result<unknown> },
): Promise<void> {
  if (!came.ok) {
    if (came.problem !== tools.refuse("factor_code_wrong").problem)
      return tellRefused(services, { ...guess, reason: "overtaken" });
    await recordGuess(services, tools, { ...guess, outcome: "refused" });
    return tellRefused(services, { ...guess, reason: "second_factor_wrong" });
  }
  await services.throttle.forgive(limits);
  services.metrics.count("gatehouse_second_factor_total", { kind: kindOf(guess.typed), outcome: "done" });
}

async function tellRefused(services: Services, { visit, userId, typed, reason }: Guess & { reason: SignInRefusal }) {
  const outcome = reason === "throttled" ? "throttled" : "refused";
  services.metrics.count("gatehouse_second_factor_total", { kind: kindOf(typed), outcome });
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

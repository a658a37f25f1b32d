import type { Services } from "../account/services";
import { noteRefusedSignIn } from "../account/access";
import { suspendedPath, suspensionOf, tellSuspended } from "../account/suspension";
import { record } from "../account/events";
import type { Guard } from "./gate";

/**
 * Asked first: nobody who is suspended gets in, by whatever way and with whatever proof. They are told once they have
 * proved who they are, and nobody else is: the page knows them by a cookie.
 */
export const suspensionGuard = (services: Services): Guard => ({
  async decide({ userId, visit, proved }) {
    const suspended = await suspensionOf(services.database.orm, userId);
    if (!suspended) return undefined;
    const [way = "other"] = proved.methods;
    await record(services.database.orm, { userId }, { kind: "sign_in", outcome: "suspended", client: visit });
    noteRefusedSignIn(services, visit, { way, reason: "suspended" });
    const { title, until } = visit.words.suspended;
    const ends = suspended.until ? until(visit.words.instant(suspended.until, visit.timeZone)) : "";
    const message = [`${title}.`, ends, suspended.reason].filter(Boolean).join(" ");
    return {
      path: suspendedPath,
      cookies: [tellSuspended(services, userId)],
      answer: { code: "SUSPENDED", message },
      status: 403,
    };
  },
  isStillEnough: async (inner, { userId }) => (await suspensionOf(inner, userId)) === undefined,
});

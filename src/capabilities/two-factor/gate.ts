import { and, eq, sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import type { Services } from "../../account/services";
import { deviceOf } from "../../account/devices";
import type { Guard } from "../../auth/gate";
import type { Visit } from "../../http/visit";
import { factorOf, markOf, passwordMarkOf } from "./factor";
import { takeOffLost } from "./loss";
import { beginStep } from "./step";
import { trustedBrowser } from "./tables";
import type { FactorTools } from "./tools";

/**
 * Asks for the second factor, whatever the way in, of everybody who has one and has proved only one; and with
 * `isRequired`, of everybody else to set one up. A way in that proves two passes.
 */
export function factorGate(services: Services, tools: FactorTools, isRequired: boolean): Guard {
  return async ({ userId, visit, proved, passwordHash, rememberMe }) => {
    if (proved.factors > 1) return undefined;
    const { orm } = services.database;
    const passwordMark = passwordHash === undefined ? await passwordMarkOf(orm, userId) : markOf(passwordHash);
    const begun = { userId, proved, passwordMark, rememberMe };
    if (!(await hasFactor(services, tools, { userId, visit })))
      return isRequired ? beginStep(services, tools, { ...begun, kind: "set_up" }) : undefined;
    if (await isTrusted(services, visit, { userId, passwordMark }))
      return { factors: 2, methods: [...proved.methods, "trusted-browser"] };
    return beginStep(services, tools, { ...begun, kind: "code" });
  };
}

/** Whether a user has a second factor; one whose loss is due is taken off now. */
async function hasFactor(services: Services, tools: FactorTools, about: { userId: string; visit: Visit }) {
  const factor = await factorOf(services.database.orm, about.userId);
  if (!factor?.lossDueAt || factor.lossDueAt.getTime() > Date.now()) return factor !== undefined;
  await takeOffLost(services, tools, { userId: about.userId, client: about.visit });
  return (await factorOf(services.database.orm, about.userId)) !== undefined;
}

/** Whether no code is asked for in this browser: its owner said so less than 30 days ago, with this very password. */
async function isTrusted(
  services: Services,
  visit: Visit,
  { userId, passwordMark }: { userId: string; passwordMark: string },
): Promise<boolean> {
  const device = deviceOf(visit, services);
  if (device.cookie !== undefined) return false;
  const theirs = and(
    eq(trustedBrowser.userId, userId),
    eq(trustedBrowser.deviceHash, device.hash),
    eq(trustedBrowser.passwordMark, passwordMark),
    sql`until > now()`,
  );
  const found = services.database.orm.select({ until: trustedBrowser.until }).from(trustedBrowser).where(theirs);
  return (await withDeadline(found)).length > 0;
}

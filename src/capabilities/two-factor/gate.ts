import { and, eq, sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import type { Services } from "../../account/services";
import { deviceOf, type Device } from "../../account/devices";
import { isUnopened } from "../../account/statements";
import type { Guard } from "../../auth/gate";
import type { Visit } from "../../http/visit";
import { factorOf, hasApp, markOf, passwordMarkOf, trusted } from "./factor";
import { takeOffLost } from "./loss";
import { beginStep } from "./step";
import { trustedBrowser } from "./tables";
import type { FactorTools } from "./tools";

/**
 * Asks for the second factor, whatever the way in, of everybody who has one and has proved only one; and with
 * `isRequired`, of everybody else to set one up. A way in that proves two passes. Whoever began without a password and
 * has no way in yet is left to the guards that lead to one: a passkey is two factors.
 */
export function factorGate(services: Services, tools: FactorTools, isRequired: boolean): Guard {
  return {
    async decide({ userId, visit, proved, passwordHash, rememberMe }) {
      if (proved.factors > 1) return undefined;
      const { orm } = services.database;
      const passwordMark = passwordHash === undefined ? await passwordMarkOf(orm, userId) : markOf(passwordHash);
      const begun = { userId, proved, passwordMark, rememberMe };
      if (!(await hasFactor(services, tools, { userId, visit })))
        return isRequired && !(await isUnopened(orm, userId))
          ? beginStep(services, tools, { ...begun, kind: "set_up" })
          : undefined;
      const isTrusted = await withDeadline(trustOf(orm, { userId, passwordMark, device: deviceOf(visit, services) }));
      if (isTrusted) return { factors: 2, methods: [...proved.methods, trusted] };
      return beginStep(services, tools, { ...begun, kind: "code" });
    },
    /** Of one who arrived just before the factor was set up, changed or lost its trust. */
    async isStillEnough(inner, { userId, visit, proved }) {
      if (proved.methods.includes(trusted)) {
        const passwordMark = await passwordMarkOf(inner, userId);
        return trustOf(inner, { userId, passwordMark, device: deviceOf(visit, services) });
      }
      return proved.factors > 1 || !(await hasApp(inner, userId));
    },
  };
}

/** Whether a user has a second factor; one whose loss is due is taken off now. */
async function hasFactor(services: Services, tools: FactorTools, about: { userId: string; visit: Visit }) {
  const factor = await factorOf(services.database.orm, about.userId);
  if (!factor?.lossDueAt || factor.lossDueAt.getTime() > Date.now()) return factor !== undefined;
  await takeOffLost(services, tools, { userId: about.userId, client: about.visit });
  return (await factorOf(services.database.orm, about.userId)) !== undefined;
}

interface Browser {
  userId: string;
  passwordMark: string;
  device: Device;
}

/** Whether no code is asked for in this browser: its owner said so less than 30 days ago, with this very password. */
async function trustOf(on: Orm, { userId, passwordMark, device }: Browser): Promise<boolean> {
  const theirs = and(
    eq(trustedBrowser.userId, userId),
    eq(trustedBrowser.deviceHash, device.hash),
    eq(trustedBrowser.passwordMark, passwordMark),
    sql`until > now()`,
  );
  return (await on.select({ until: trustedBrowser.until }).from(trustedBrowser).where(theirs)).length > 0;
}

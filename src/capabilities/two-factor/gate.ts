import { and, eq } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import type { Services } from "../../account/services";
import { deviceOf, type Device } from "../../account/devices";
import { hasEnough, type OtherWay } from "../../account/other-ways";
import { isUnopened } from "../../account/statements";
import type { FurtherStep, Guard } from "../../auth/gate";
import type { Visit } from "../../http/visit";
import { inMilliseconds } from "../../time";
import { factorOf, hasApp, markOf, passwordMarkOf, trusted, trustedBy, trustSeconds } from "./factor";
import { takeOffLost } from "./loss";
import { beginStep } from "./step";
import { trustedBrowser } from "./tables";
import type { FactorTools } from "./tools";

/**
 * Asks for the second factor, whatever the way in, of everybody who has one and has proved only one; and with
 * `isRequired`, of everybody else to set one up. A way in that proves two passes. Whoever began without a password and
 * has no way in yet is left to the guards that lead to one: a passkey is two factors.
 */
export function factorGate(services: Services, tools: FactorTools, { isRequired, ways }: Asked): Guard {
  return {
    async decide({ userId, visit, proved, passwordHash, rememberMe }) {
      if (proved.factors > 1) return undefined;
      const { orm } = services.database;
      const passwordMark = passwordHash === undefined ? await passwordMarkOf(orm, userId) : markOf(passwordHash);
      const begun = { userId, proved, passwordMark, rememberMe };
      if (!(await hasFactor(services, tools, { userId, visit }))) {
        if (!isRequired || (await isUnopened(orm, userId))) return undefined;
        // Else whoever knows the password, or reads the mailbox, would put an app of theirs beside the passkey.
        if (await hasEnough(orm, { userId, ways, role: "opens" })) return toOtherWay;
        return beginStep(services, tools, { ...begun, kind: "set_up" });
      }
      const at = await withDeadline(trustedSince(orm, { userId, passwordMark, device: deviceOf(visit, services) }));
      if (at) return { factors: 2, methods: [...proved.methods, trusted], at };
      return beginStep(services, tools, { ...begun, kind: "code" });
    },
    /** Of one who arrived just before the factor was set up, changed or lost its trust. */
    async isStillEnough(inner, { userId, visit, proved }) {
      if (proved.methods.includes(trusted)) {
        const passwordMark = await passwordMarkOf(inner, userId);
        const device = deviceOf(visit, services);
        return (await trustedSince(inner, { userId, passwordMark, device })) !== undefined;
      }
      return proved.factors > 1 || !(await hasApp(inner, userId));
    },
  };
}

interface Asked {
  /** Whether everybody has a second factor. */
  isRequired: boolean;
  /** The ways in other than the password, each of which is two factors. */
  ways: readonly OtherWay[];
}

/** To the page on which those who have a passkey use it. */
const toOtherWay: FurtherStep = {
  path: "/sign-in?notice=passkey_needed",
  cookies: [],
  answer: { twoFactorRedirect: true, twoFactorMethods: ["passkey"] },
};

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

/**
 * When its owner gave a code and said that none is to be asked for in this browser, less than 30 days ago and with this
 * very password; undefined for any other browser.
 */
async function trustedSince(on: Orm, { userId, passwordMark, device }: Browser): Promise<Date | undefined> {
  const theirs = and(trustedBy({ userId, passwordMark }), eq(trustedBrowser.deviceHash, device.hash));
  const [trust] = await on.select({ until: trustedBrowser.until }).from(trustedBrowser).where(theirs);
  return trust && new Date(trust.until.getTime() - inMilliseconds(trustSeconds));
}

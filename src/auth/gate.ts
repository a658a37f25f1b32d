import { and, eq } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import type { Database, Orm } from "../../db/types";
import type { Services } from "../account/services";
import type { Proved } from "../account/sessions";
import { isUnopened } from "../account/statements";
import { setCookie, typedEmailCookie } from "../http/cookies";
import type { Visit } from "../http/visit";

/** A user who has proved who they are, and is about to be given a session. */
export interface Arrival {
  userId: string;
  visit: Visit;
  /** What they proved, by the way in that they came. */
  proved: Proved;
  /** The hash of the password that was right, where they came by one. */
  passwordHash?: string;
  /** Whether the session is to outlive the browser's. */
  rememberMe: boolean;
}

/** What a user must do before there is a session. */
export interface FurtherStep {
  /** The page to go to. */
  path: string;
  /** `Set-Cookie` lines by which that page will know the user. */
  cookies: string[];
  /** What a program is told instead of a session. */
  answer: Record<string, unknown>;
  /** The HTTP status of that; 200 where it is left out, because the program is to go on. */
  status?: number;
}

/** What is asked of every user who arrives, before there is a session. */
export interface Guard {
  /**
   * Decides whether there is one: undefined lets the user in. So does what is proved altogether, where the guard knows
   * of more than the way in.
   */
  decide(arrival: Arrival): Promise<FurtherStep | Proved | undefined>;
  /**
   * Whether what was proved is still enough, asked under the user's lock once the session is made. False ends it again:
   * what is asked of this user has changed since.
   */
  isStillEnough?(inner: Orm, arrived: Arrived): Promise<boolean>;
}

type Arrived = Pick<Arrival, "userId" | "visit" | "proved">;

/** What all guards ask. */
export interface Gate {
  /** A further step, or a session for which this was proved. */
  decide(arrival: Arrival): Promise<{ step: FurtherStep } | { proved: Proved }>;
  isStillEnough(inner: Orm, arrived: Arrived): Promise<boolean>;
}

/**
 * The one place before every session, whatever the way in: each guard is asked in turn, and the first further step
 * holds. Until it is passed there is no session row, event, known device, mail or cookie. Without guards it lets
 * everybody in.
 */
export function createGate(guards: readonly Guard[]): Gate {
  return {
    async decide(arrival) {
      let { proved } = arrival;
      for (const guard of guards) {
        const decided = await guard.decide({ ...arrival, proved });
        if (decided && "path" in decided) return { step: decided };
        proved = decided ?? proved;
      }
      return { proved };
    },
    async isStillEnough(inner, arrived) {
      for (const guard of guards) if ((await guard.isStillEnough?.(inner, arrived)) === false) return false;
      return true;
    },
  };
}

/**
 * Asked last: whoever began without a password and has no other way in has no session, and chooses a password by mail.
 * A capability that knows such a way leads there before.
 */
export const unopenedGuard = ({ orm }: Database): Guard => ({
  async decide({ userId, passwordHash }) {
    if (passwordHash !== undefined || !(await isUnopened(orm, userId))) return undefined;
    return { path: "/forgot-password", cookies: [], answer: {} };
  },
});

/**
 * Where only the addresses of some domains may have an account, whoever has not confirmed theirs does so before there
 * is a session: anybody can type an address of such a domain.
 */
export const confirmedGuard = ({ config, database: { orm } }: Pick<Services, "config" | "database">): Guard => ({
  async decide({ userId }) {
    if (config.signUp.domains.length === 0) return undefined;
    const found = orm
      .select({ email: user.email })
      .from(user)
      .where(and(eq(user.id, userId), eq(user.emailVerified, false)));
    const [unconfirmed] = await withDeadline(found);
    if (!unconfirmed) return undefined;
    const cookies = [setCookie(typedEmailCookie, unconfirmed.email, config)];
    return { path: "/verify-email", cookies, answer: { confirmEmail: true } };
  },
});

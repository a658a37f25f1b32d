import type { Visit } from "../http/visit";

/** A user who has proved who they are, and is about to be given a session. */
export interface Arrival {
  /** How they came, such as `password`. */
  way: string;
  /** How many factors that proved: a passkey is a device and the user who unlocks it. */
  factors: 1 | 2;
  userId: string;
  visit: Visit;
}

/** What a user must do before there is a session. */
export interface FurtherStep {
  /** The page to go to. */
  path: string;
  /** `Set-Cookie` lines by which that page will know the user. */
  cookies: string[];
  /** What a program is told instead of a session. */
  answer: Record<string, unknown>;
}

/** Decides whether a user who arrives is given a session: undefined lets them in. */
export type Gate = (arrival: Arrival) => Promise<FurtherStep | undefined>;

/**
 * The one place before every session, whatever the way in: each guard is asked in turn, and the first further step
 * holds. Until it is passed there is no session row, event, known device, mail or cookie. Without guards it lets
 * everybody in.
 */
export function createGate(guards: readonly Gate[]): Gate {
  return async (arrival) => {
    for (const guard of guards) {
      const step = await guard(arrival);
      if (step) return step;
    }
    return undefined;
  };
}

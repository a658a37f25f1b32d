import * as z from "zod";
import { minutes } from "../../time";
import { newSecret } from "./time-code";
import type { FactorTools } from "./tools";

/**
 * What a form carries from one request to the next, sealed for whom it was made: nothing is written before a code was
 * right, and nobody can put a secret of their own into somebody's account.
 */

const longestSeconds = 30 * minutes;
const carried = z.object({ at: z.number(), texts: z.array(z.string()) });

type Seals = Pick<FactorTools, "seals">;

/** For whom: a user, in one session or one sign-in that waits. */
interface Whose {
  userId: string;
  place: string;
}

const purposeOf = (what: string, { userId, place }: Whose) => `${what} ${userId} ${place}`;

function carry(texts: string[], purpose: string, { seals }: Seals): string {
  return seals.seal(JSON.stringify({ at: Date.now(), texts }), purpose);
}

function carriedIn(sealed: string, purpose: string, { seals }: Seals): string[] | undefined {
  const text = seals.open(sealed, purpose);
  if (text === undefined) return undefined;
  const { at, texts } = carried.parse(JSON.parse(text)); // ours, since it opened
  return Date.now() - at < longestSeconds * 1000 ? texts : undefined;
}

/** A new secret, and the same as a form carries it. */
export function offerSecret(whose: Whose, seals: Seals): { secret: string; sealed: string } {
  const secret = newSecret();
  return { secret, sealed: carry([secret], purposeOf("set up", whose), seals) };
}

/** The secret that a form brings back; undefined when it was made for somebody else, or too long ago. */
export const offeredSecret = (sealed: string, whose: Whose, seals: Seals): string | undefined =>
  carriedIn(sealed, purposeOf("set up", whose), seals)?.[0];

/** Recovery codes as the form for the file carries them. */
export const carryCodes = (codes: string[], userId: string, seals: Seals): string =>
  carry(codes, purposeOf("codes", { userId, place: "" }), seals);

/** The recovery codes that a form brings back. */
export const carriedCodes = (sealed: string, userId: string, seals: Seals): string[] | undefined =>
  carriedIn(sealed, purposeOf("codes", { userId, place: "" }), seals);

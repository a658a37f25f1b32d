import type { Problem, ProblemCode } from "./http/problem";

/** What came of something that may be refused: the value, or the problem. Bugs are thrown instead. */
export type Result<Value = undefined> = Done<Value> | Refused;

/** It was done. */
export interface Done<Value> {
  ok: true;
  value: Value;
}

/** It was refused, and nothing was changed. */
export interface Refused extends Problem {
  ok: false;
}

/** The result of something that was done. */
export function done(): Done<undefined>;
export function done<Value>(value: Value): Done<Value>;
export function done<Value>(value?: Value): Done<Value | undefined> {
  return { ok: true, value };
}

/** The result of something that was refused; `retryAfterSeconds` where waiting helps. */
export const refused = (problem: ProblemCode, retryAfterSeconds?: number): Refused => ({
  ok: false,
  problem,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

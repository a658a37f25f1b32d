import { isOrphan, isUnavailable } from "../../db/failure";
import type { Words } from "../../views/words";
import type { Log, RequestFacts } from "../process/log";

/** Everything that can go wrong for a visitor or a program; the words for each are in `views/words/`. */
export type ProblemCode = keyof Words["problems"];

/** Which status each problem of the core has. 422 is "the form is yours again, mended"; 503 is "cannot know now". */
const statuses = {
  name_missing: 422,
  name_too_long: 422,
  name_unprintable: 422,
  email_missing: 422,
  email_malformed: 422,
  password_missing: 422,
  current_missing: 422,
  password_too_short: 422,
  password_too_long: 422,
  password_common: 422,
  password_same: 422,
  password_wrong: 422,
  password_guessable: 422,
  password_pattern: 422,
  password_weak: 422,
  image_malformed: 422,
  picture_unreadable: 422,
  picture_too_large: 422,
  wrong_credentials: 422,
  signed_out: 401,
  proof_needed: 403,
  code_missing: 422,
  code_wrong: 422,
  link_dead: 404,
  link_alone: 422,
  password_kept: 422,
  email_same: 422,
  email_elsewhere: 422,
  sign_up_closed: 403,
  sign_up_invited: 403,
  has_account: 422,
  admin_last: 422,
  own_admin_last: 422,
  too_many_tries: 429,
  too_many_mails: 429,
  malformed: 400,
  not_a_form: 415,
  too_large: 413,
  too_slow: 408,
  cross_site: 403,
  not_found: 404,
  wrong_host: 421,
  busy: 503,
  unavailable: 503,
  not_signed_out: 503,
  broken: 500,
} as const satisfies Record<ProblemCode, number>;

/** The HTTP status of a problem. A capability's own problems are about a form: 422. */
export const statusOf = (problem: ProblemCode): number => statuses[problem] ?? 422;

/** A refusal as a value: what went wrong and, when waiting helps, for how long. */
export interface Problem {
  problem: ProblemCode;
  retryAfterSeconds?: number;
}

/** Whether it is no answer to what was asked: it cannot be known or done now, or something is broken. */
export const isServerError = ({ problem }: Problem): boolean => statusOf(problem) >= 500;

/** Every place in front of the hashing is taken; a second later there will be one again. */
export class TooBusy extends Error {}

/** The codes of the core's problems. */
export const problemCodes: readonly string[] = Object.keys(statuses);

/** Whether a text is the code of a problem of the core. */
export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(statuses, text);

/**
 * The problem that a thrown error is to whoever asked: too busy, cannot know, a client that hung up, or our own fault.
 * Written to the log; the first and the third need nobody's attention.
 */
export function problemOf(error: unknown, { facts }: { facts: RequestFacts }, log: Log): Problem {
  const problem = kindOf(error);
  const level = problem === "unavailable" || problem === "broken" ? "error" : "warn";
  log(level, "request.failed", { problem, error, ...facts });
  return statusOf(problem) === 503 ? { problem, retryAfterSeconds: 1 } : { problem };
}

function kindOf(error: unknown): ProblemCode {
  if (error instanceof TooBusy) return "busy";
  if (isUnavailable(error)) return "unavailable";
  if (isOrphan(error)) return "signed_out"; // the account is gone, and every session with it
  return error instanceof Error && error.name === "AbortError" ? "malformed" : "broken"; // the body never came whole
}

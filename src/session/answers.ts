import type { ProblemAnswer } from "./schemas";

/** 401, "nobody": the same words for every program that asks, whatever was wrong with the cookie. */
export const nobody = (headers: Record<string, string> | Headers) =>
  Response.json(problems.noSession, { status: 401, headers });

/** 503, "it cannot be known": never to be read as signed in, nor as signed out. */
export const cannotKnow = (headers: Record<string, string>) =>
  Response.json(problems.unavailable, { status: 503, headers: { ...headers, "retry-after": retryAfterSeconds } });

/** 403: somebody is signed in, and did not prove the second factor that was asked for. */
export const oneFactorOnly = (headers: Record<string, string>) =>
  Response.json(problems.secondFactor, { status: 403, headers });

/** 403: somebody is signed in, and does not have the role that was asked for. */
export const withoutRole = (headers: Record<string, string>) => Response.json(problems.role, { status: 403, headers });

/** 403: what is demanded of the visitor cannot be read. */
export const unknownDemand = (headers: Record<string, string>) =>
  Response.json(problems.unknownDemand, { status: 403, headers });

/** 401: what only backends may ask was asked without a key of theirs, or with a cookie. */
export const keyNeeded = (headers: Record<string, string>) =>
  Response.json(problems.keyNeeded, { status: 401, headers: { ...headers, ...keyWanted } });

/** On that answer. */
export const keyWanted = { "www-authenticate": "Bearer" };

/** What they have as a body. */
export const problems = {
  noSession: { error: { code: "no_session", message: "Nobody is signed in with this cookie." } },
  secondFactor: {
    error: { code: "second_factor_needed", message: "This needs a sign-in with a second factor." },
  },
  role: { error: { code: "role_needed", message: "This needs a role that this account does not have." } },
  unknownDemand: {
    error: {
      code: "unknown_demand",
      message: "What is demanded here cannot be read: write factors (1 or 2) and role, each of them once.",
    },
  },
  keyNeeded: { error: { code: "key_needed", message: "This is for backends, with their key and without a cookie." } },
  unavailable: {
    error: { code: "unavailable", message: "It cannot be known right now who is signed in. Try again shortly." },
  },
} satisfies Record<string, ProblemAnswer>;
const retryAfterSeconds = "1";

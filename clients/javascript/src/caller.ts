/** What Gatehouse can answer: somebody, nobody, or that it cannot be known. */

import { type Fields, isInstant, isList, isRecord, isString, isText, isWhole, jsonIn, type Received } from "./json.js";

/** A person with an account. An address that is not `emailVerified` proves nothing about its owner. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly image: string | null;
  /** What they may do for others, such as `admin`; empty for most. */
  readonly roles: readonly string[];
}

/** One sign-in. Times are ISO 8601 in UTC, such as `2026-11-20T21:53:38.277Z`. */
export interface Session {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Whether the last proof is so recent (15 minutes, unless set otherwise) that it tells who is there now. */
  readonly fresh: boolean;
  /** How many factors were proved: 1 or 2. A Gatehouse that does not tell knows passwords alone. */
  readonly factors: number;
  /** How they were proved, such as `password` and `totp`. */
  readonly methods: readonly string[];
}

/** Who is calling: vouched for by Gatehouse at the moment it was asked. Frozen, because callers are shared and kept. */
export interface Caller {
  readonly user: User;
  readonly session: Session;
}

/** Somebody or nobody. That it cannot be known is never an answer. */
export type Answer = Caller | null;

/**
 * Whether an answer is there already, and no promise of it. Not told by `instanceof Promise`: a program may have put
 * another Promise in its place, as zone.js does, to which those of the runtime do not belong; each would be let in.
 */
export const isThere = <T extends Answer>(found: T | Promise<T>): found is T => found === null || "user" in found;

/** It cannot be known who is calling: neither let them in nor treat them as signed out. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/**
 * Reads an answer of the session API. Throws Unavailable for everything that Gatehouse would not say.
 *
 * "Nobody" must be said in Gatehouse's own words: the 401 of some proxy in between tells nothing about the caller. The
 * body `null` is the one exception, being what Better Auth's own endpoint says for nobody.
 */
export function readAnswer(received: Received): Answer {
  const [status, said] = [received.status, jsonIn(received)];
  if (status === 200 && said === null) return null;
  if (status === 401 && isRecord(said) && isRecord(said.error) && said.error.code === "no_session") return null;
  if (status !== 200) throw new Unavailable(`answered with status ${status}`);
  const caller = callerIn(said);
  if (!caller) throw new Unavailable("answered 200 with something that is no caller"); // and which may hold a person
  return caller;
}

/** Strict, because a text where a yes or no belongs is no answer. What is not known here is left out. */
function callerIn(said: unknown): Caller | undefined {
  if (!isRecord(said) || !isRecord(said.user) || !isRecord(said.session)) return undefined;
  const [user, session] = [userIn(said.user), sessionIn(said.session)];
  return user && session && Object.freeze({ user, session });
}

function userIn({ id, email, emailVerified, name, image, roles = [] }: Fields): User | undefined {
  if (!isText(id) || !isText(email) || typeof emailVerified !== "boolean" || !isString(name)) return undefined;
  if ((image !== null && !isString(image)) || !isList(roles, isText)) return undefined;
  return Object.freeze({ id, email, emailVerified, name, image, roles: Object.freeze(roles) });
}

function sessionIn({ id, createdAt, expiresAt, fresh, factors = 1, methods = ["password"] }: Fields) {
  if (!isText(id) || !isInstant(createdAt) || !isInstant(expiresAt) || typeof fresh !== "boolean") return undefined;
  if (!isWhole(factors, 1) || !isList(methods, isString)) return undefined;
  const session: Session = { id, createdAt, expiresAt, fresh, factors, methods: Object.freeze(methods) };
  return Object.freeze(session);
}

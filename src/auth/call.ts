import type { AsyncLocalStorage } from "node:async_hooks";
import type { Orm } from "../../db/types";
import type { Proved } from "../account/sessions";
import type { SignInTry } from "../account/sign-in";
import type { Verified } from "../account/upgrade-hash";
import type { Visit } from "../http/visit";
import type { Refused } from "../result";
import type { FurtherStep } from "./gate";

/** What one call into Better Auth must remember, because Better Auth has no place for it. */
export interface AuthCall {
  /** The request that brought it about. */
  visit: Visit;
  /** What the user proves, when the call ends in a session; the gate may know of more. */
  proved?: Proved;
  /** The first error of the database, or of the judge of passwords: whatever Better Auth answers then is a guess. */
  failure?: unknown;
  /** Why one of our own rules refused it. Better Auth's answer says the same to programs. */
  refused?: Refused;
  /** What is still to be done before there is a session. */
  furtherStep?: FurtherStep;
  /** Whether an account is begun without a password. */
  withoutPassword?: boolean;
  /** How far the database is, in milliseconds, where the time of the answer depends on it. */
  distance?: number;
  /** A password hashed before the endpoint opened its transaction. */
  prepared?: { password: string; hash: string };
  /** The password that was right, and the hash it was right for. */
  verified?: Verified;
  /** The sessions whose properly signed cookies came with it: the browser's former ones. */
  formerTokens: string[];
  /** Whether what was proved is still true, asked under the user's lock once the session is made. */
  isStillProved?(inner: Orm): Promise<boolean>;
  /** The `Set-Cookie` line for a page's visitor who signed up; programs are not given it. */
  signUpProof?: string;
  /** The sign-in that is being tried. */
  tried?: SignInTry;
}

/** The call that the running code belongs to; the door opens one around each. */
export type AuthCalls = AsyncLocalStorage<AuthCall>;

/** The call that the running code belongs to. Throws where there is none: Better Auth was reached past the door. */
export function currentCall(calls: AuthCalls): AuthCall {
  const call = calls.getStore();
  if (!call) throw new Error("Better Auth was called, and not through the door.");
  return call;
}

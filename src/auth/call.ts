import type { AsyncLocalStorage } from "node:async_hooks";
import type { SignInTry } from "../account/sign-in";

/** What one call into Better Auth must remember, because Better Auth has no place for it. */
export interface AuthCall {
  /** The first error of the database during the call: whatever Better Auth answers then is a guess. */
  failure?: unknown;
  /** A password hashed before the endpoint opened its transaction. */
  prepared?: { password: string; hash: string };
  /** The password that was right, and the hash it was right for. */
  verified?: { password: string; hash: string };
  /** The sessions whose properly signed cookies came with it: the browser's former ones. */
  formerTokens?: string[];
  /** The sign-in that is being tried. */
  tried?: SignInTry;
}

/** The call that the running code belongs to; the door opens one around each. */
export type AuthCalls = AsyncLocalStorage<AuthCall>;

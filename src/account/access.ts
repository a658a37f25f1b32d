import { hmacSha256 } from "../guard/keys";
import type { Visit } from "../http/visit";
import type { Services } from "./services";

/** Why somebody signed in was refused: what was named is not theirs (any more), or a proof or a role is missing. */
type Why = "not_own" | "no_proof" | "no_role";

/** Tells the log who reached for what they may not have, and where; the visitor is told no more than anybody. */
export function noteRefusedAccess({ log }: Pick<Services, "log">, { request, facts }: Visit, who: Refusal): void {
  const { pathname } = new URL(request.url);
  log("warn", "access.refused", { ...facts, path: pathname, user: who.userId, why: who.why });
}

/** Why a try to sign in, or to prove again who one is, was refused. */
export type SignInRefusal =
  | "wrong_password"
  | "unknown_account"
  | "overtaken"
  | "suspended"
  | "throttled"
  | "second_factor_wrong"
  | "passkey_wrong"
  | "passkey_unknown"
  | "passkey_expired";

/** A try that was refused. */
export interface RefusedTry {
  /** What was tried: `password`, `second_factor`, `passkey`, `link`: a word of ours. */
  way: string;
  reason: SignInRefusal;
  /** The address that was given, or that of the account; undefined where nobody knows whose it would be. */
  email?: string;
}

/**
 * Tells the log that a try was refused, and why, which the visitor is not told. The account is a keyed hash of its
 * address: the same in each of its lines, and no address to whoever reads them.
 */
export function noteRefusedSignIn(
  { log, keys, metrics }: Pick<Services, "log" | "keys" | "metrics">,
  { facts }: Visit,
  tried: RefusedTry,
) {
  const { way, reason, email } = tried;
  const account = email === undefined ? undefined : hmacSha256(keys.log[0], email).slice(0, lengthOfAccount);
  metrics.count("gatehouse_sign_ins_total", { way, outcome: reason === "throttled" ? "throttled" : "refused" });
  log("warn", "sign_in.refused", { ...facts, way, reason, account });
}

const lengthOfAccount = 22; // characters of base64url: 128 bits

interface Refusal {
  userId: string;
  why: Why;
}

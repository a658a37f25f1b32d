import type { Visit } from "../http/visit";
import type { Services } from "./services";

/** Why somebody who is signed in was refused: what was named is not theirs (any more), or a fresh proof is missing. */
type Why = "not_own" | "no_proof";

/** Tells the log who reached for what they may not have, and where; the visitor is told no more than anybody. */
export function noteRefusedAccess({ log }: Pick<Services, "log">, { request, requestId }: Visit, who: Refusal): void {
  const { pathname } = new URL(request.url);
  log("warn", "access.refused", { request: requestId, path: pathname, user: who.userId, why: who.why });
}

interface Refusal {
  userId: string;
  why: Why;
}

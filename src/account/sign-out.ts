import type { Visit } from "../http/visit";
import { done } from "../result";
import { act, byUser } from "./act";
import type { Services } from "./services";
import { endWithId } from "./sessions";

/** Ends the session of a sign-out, and notes it: of many at the same time one ends it, and is an event. */
export async function signOut(
  services: Services,
  visit: Visit,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<void> {
  await act(services, { visit, subject: byUser(userId) }, async ({ inner, record }) => {
    if ((await endWithId(inner, sessionId)) > 0) await record("sign_out");
    return done();
  });
}

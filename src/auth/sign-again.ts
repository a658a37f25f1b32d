import { signDeviceAgain } from "../account/devices";
import type { Services } from "../account/services";
import type { Visit } from "../http/visit";
import type { Door } from "./door";

/**
 * Adds to an answer the cookies that came signed by a secret which no longer signs, signed by the one that does. The
 * session's goes out unless the answer sets or drops it itself, and where its session is known to live: it was asked
 * on this visit who is signed in.
 */
export function signAgain(visit: Visit, { headers, status }: Response, services: Parts): void {
  if (status >= 500) return; // it says that nothing is known
  const { door } = services;
  const isSet = headers.getSetCookie().some((line) => line.startsWith(`${door.seal.name}=`));
  const session = visit.owner && !isSet ? door.signAgain(visit) : [];
  const device = signDeviceAgain(visit, services);
  for (const line of session) headers.append("set-cookie", line);
  if (device !== undefined) headers.append("set-cookie", device);
}

type Parts = Pick<Services, "config" | "keys"> & { door: Pick<Door, "seal" | "signAgain"> };

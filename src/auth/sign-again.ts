import { signDeviceAgain } from "../account/devices";
import type { Services } from "../account/services";
import type { Visit } from "../http/visit";
import type { Door } from "./door";

/**
 * Adds to an answer the cookies that came signed by a secret which no longer signs, signed by the one that does; not
 * those that the answer sets or drops itself. The session's goes out where its session is known to live: where the
 * database was asked on this visit, and from Better Auth's endpoint, which drops the cookie of a session that is over.
 */
export function signAgain(visit: Visit, { headers, status }: Response, services: Parts): void {
  if (status >= 500) return; // it says that nothing is known
  const { door } = services;
  const set = new Set(headers.getSetCookie().map(nameIn));
  const isIn = visit.owner !== undefined || new URL(visit.request.url).pathname === "/api/auth/get-session";
  const session = isIn && !set.has(door.seal.name) ? door.signAgain(visit) : [];
  const device = signDeviceAgain(visit, services);
  for (const line of session) headers.append("set-cookie", line);
  if (device !== undefined && !set.has(nameIn(device))) headers.append("set-cookie", device);
}

type Parts = Pick<Services, "config" | "keys"> & { door: Pick<Door, "seal" | "signAgain"> };

const nameIn = (line: string) => line.slice(0, line.indexOf("="));

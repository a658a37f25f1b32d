import { SuspendedPage } from "../../views/suspended";
import { suspensionOf } from "../account/suspension";
import { readSealedCookie, setCookie, suspendedCookie } from "../http/cookies";
import { page, seeOther } from "../http/html";
import type { Visit } from "../http/visit";
import { routesOf, type PageServices } from "./services";

/** `/suspended`: tells whoever has just proved who they are why they are kept out; everybody else is led to sign in. */
export const suspendedPage = (services: PageServices) =>
  routesOf("suspended").get("/suspended", ({ visit }) => show(visit, services));

async function show(visit: Visit, { database, keys, config, frame }: PageServices): Promise<Response> {
  const seal = { keys: keys.suspended, secure: config.secure };
  const userId = readSealedCookie(suspendedCookie, visit.cookies, seal);
  const suspended = userId === undefined ? undefined : await suspensionOf(database.orm, userId);
  if (!suspended) return seeOther(visit, "/sign-in", [setCookie(suspendedCookie, "", config)]);
  const until = suspended.until ? visit.words.instant(suspended.until, visit.timeZone) : undefined;
  return page(SuspendedPage({ frame: frame(visit), reason: suspended.reason, until, help: config.mail.supportUrl }));
}

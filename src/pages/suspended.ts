import { SuspendedPage } from "../../views/suspended";
import { suspensionOf, toldSuspended } from "../account/suspension";
import { setCookie, suspendedCookie } from "../http/cookies";
import { page, seeOther } from "../http/html";
import type { Visit } from "../http/visit";
import { routesOf, type PageServices } from "./services";

/** `/suspended`: tells whoever has just proved who they are why they are kept out; everybody else is led to sign in. */
export const suspendedPage = (services: PageServices) =>
  routesOf("suspended").get("/suspended", ({ visit }) => show(visit, services));

async function show(visit: Visit, services: PageServices): Promise<Response> {
  const { database, config, frame } = services;
  const userId = toldSuspended(visit, services);
  const suspended = userId === undefined ? undefined : await suspensionOf(database.orm, userId);
  if (!suspended) return seeOther(visit, "/sign-in", [setCookie(suspendedCookie, "", config)]);
  const until = suspended.until ? visit.words.instant(suspended.until, visit.timeZone) : undefined;
  return page(SuspendedPage({ frame: frame(visit), reason: suspended.reason, until, help: config.mail.supportUrl }));
}

import { AccountOverviewPage } from "../../../views/account-overview";
import { deletionOf } from "../../account/deletion";
import { activityOf } from "../../account/events";
import { sessionsOf } from "../../account/sessions";
import { passwordChangedAt } from "../../account/statements";
import { page, seeOther } from "../../http/html";
import { ownerOf } from "../../http/page-context";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { homePath, routesOf, type PageServices } from "../services";
import { withDevices } from "./activity";
import { forOwner } from "./owner";

/** `/account`: whose account it is, how safe it is, and what happened last, each with the way to its page. */
export const overviewPage = (services: PageServices) =>
  routesOf("account").get(
    homePath,
    forOwner((visit, signedIn) => show(visit, signedIn, services)),
  );

/** More than are shown, because equal ones become one. */
const eventsRead = 12;

async function show(visit: Visit, { user, session: inUse }: SignedIn, services: PageServices) {
  const { config, database, door, frame, safetyOf } = services;
  if (await deletionOf(database, user.id)) return seeOther(visit, "/account/delete"); // the first thing to decide
  const [, changedAt, sessions, events, more] = await Promise.all([
    door.refresh(visit), // a visit keeps the session alive
    passwordChangedAt(database, user.id),
    sessionsOf(database, user.id),
    activityOf(database, user.id, { count: eventsRead }),
    safetyOf(services, visit, user.id),
  ]);
  const thisFirst = sessions.toSorted((a, b) => Number(b.id === inUse.id) - Number(a.id === inUse.id));
  const { deviceName } = await import("../../account/device-name");
  const view = AccountOverviewPage({
    frame: frame(visit),
    owner: ownerOf(user, config.origin),
    passwordChangedAt: changedAt,
    devices: thisFirst.map(({ userAgent }) => deviceName(userAgent, visit.words)),
    more,
    events: await withDevices(events, visit),
    notice: noticeIn(visit.request, ["email_verified", "password_changed", "deletion_stopped", "page_old"]),
  });
  return page(view);
}

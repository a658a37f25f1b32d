import { AccountSessionsPage } from "../../../views/account-sessions";
import { noteRefusedAccess } from "../../account/access";
import { countriesOf } from "../../account/events";
import { endSessions, sessionsOf } from "../../account/sessions";
import { page, seeOther } from "../../http/html";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/sessions";

/** `/account/sessions`: where you are signed in; any other device can be signed out, or all of them. */
export const sessionsPage = (services: PageServices) =>
  routesOf("account/sessions")
    .get(
      path,
      forOwner((visit, signedIn) => show(visit, signedIn, services)),
    )
    .post(
      path,
      onOwnerForm(services, (post) => end(post, services)),
      rawBody,
    );

async function show(visit: Visit, { user, session: inUse }: SignedIn, { database, frame }: PageServices) {
  const [found, countries] = await Promise.all([sessionsOf(database, user.id), countriesOf(database, user.id)]);
  const countryOf = (address: string | null) => {
    const code = countries.get(address ?? "");
    return code && visit.words.country(code);
  };
  const { deviceKind, deviceName } = await import("../../account/device-name");
  const sessions = found.map(({ userAgent, ...session }) => ({
    ...session,
    country: countryOf(session.clientAddress),
    isThisOne: session.id === inUse.id,
    device: deviceName(userAgent, visit.words),
    kind: deviceKind(userAgent),
  }));
  const notice = noticeIn(visit.request, ["session_ended", "others_ended"]);
  return page(AccountSessionsPage({ frame: frame(visit), sessions, notice }));
}

async function end(post: OwnerPost, services: PageServices) {
  const { visit, form } = post;
  const others = form.get("others") === "on";
  const id = form.get("id");
  if (!others && id === "") return services.answerProblem(visit, { problem: "malformed" });
  const fresh = await requireFreshSignIn(services, post, { fields: ["others", "id"], purpose: "sessions" });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const ended = seeOther(visit, `${path}?notice=${others ? "others_ended" : "session_ended"}`);
  if (!others && !mayBeId(id)) {
    noteRefusedAccess(services, visit, { userId: current.userId, why: "not_own" }); // nobody's, like any other
    return ended;
  }
  const result = await endSessions(services, { visit, current }, others ? "others" : { id });
  return result.ok ? ended : signInFirst(visit);
}

/** An app that was taken over may have made ids of any kind; of texts that the database can hold, any may be one. */
const mayBeId = (id: string) => !id.includes("\0");

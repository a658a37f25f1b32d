import { Elysia } from "elysia";
import { AccountSessionsPage } from "../../../views/account-sessions";
import { deviceName, deviceOf } from "../../account/devices";
import { endSessions, sessionsOf } from "../../account/sessions";
import { noticeIn } from "../../http/return-to";
import { page, seeOther } from "../../http/html";
import type { PageNeeds } from "../needs";
import { forOwner, prove, readAct, signInFirst } from "./act";

const path = "/account/sessions";

/** `/account/sessions`: where you are signed in; any other device can be signed out, or all of them. */
export function sessionsPage(needs: PageNeeds) {
  const { frame, account } = needs;
  return new Elysia({ name: "page/account/sessions" })
    .get(
      path,
      forOwner(needs, async (request, signedIn) => {
        const ownFrame = frame(request);
        const sessions = (await sessionsOf(account.database, signedIn.user.id)).map(({ userAgent, ...session }) => ({
          ...session,
          isThisOne: session.id === signedIn.session.id,
          device: deviceName(userAgent, ownFrame.words),
        }));
        return page(
          AccountSessionsPage({
            frame: ownFrame,
            sessions,
            notice: noticeIn(request, ["session_ended", "others_ended"]),
          }),
        );
      }),
    )
    .post(path, ({ request }) => end(request, needs), { parse: "none" });
}

async function end(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const { form, signedIn, client } = act;
  const others = form.get("others") === "on";
  if (!others && form.get("id") === "") return needs.answerProblem(request, { problem: "malformed" });
  const proof = await prove(request, needs, act, { fields: ["others", "id"] });
  if (proof instanceof Response) return proof;
  if (!others && !mayBeId(form.get("id"))) return seeOther(request, `${path}?notice=session_ended`, proof.cookies); // nobody's, like any other
  const by = { userId: signedIn.user.id, sessionId: proof.sessionId, device: deviceOf(request.headers, needs.account) };
  if (await endSessions(needs.account, by, others ? "others" : { id: form.get("id") }, client))
    return signInFirst(request);
  return seeOther(request, `${path}?notice=${others ? "others_ended" : "session_ended"}`, proof.cookies);
}

/** An app that was taken over may have made ids of any kind; of texts that the database can hold, any may be one. */
const mayBeId = (id: string) => !id.includes("\0");

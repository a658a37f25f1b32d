import { Elysia } from "elysia";
import { AccountDeletePage } from "../../../views/account-delete";
import { scheduleDeletion, deletionOf, stopDeletion } from "../../account/deletion";
import { page, seeOther } from "../../http/html";
import { homePath, type PageNeeds } from "../needs";
import { forOwner, prove, readAct, signInFirst } from "./act";

const path = "/account/delete";

/** `/account/delete`: closes the account, and until it is gone, a week later, offers to keep it. */
export function deletePage(needs: PageNeeds) {
  const { frame, account } = needs;
  return new Elysia({ name: "page/account/delete" })
    .get(
      path,
      forOwner(needs, async (request, signedIn) => {
        return page(
          AccountDeletePage({ frame: frame(request), due: await deletionOf(account.database, signedIn.user.id) }),
        );
      }),
    )
    .post(path, ({ request }) => close(request, needs), { parse: "none" });
}

async function close(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const { form, signedIn, client } = act;
  if (form.get("keep") === "on") {
    await stopDeletion(needs.account, signedIn.user.id, client);
    return seeOther(request, `${homePath}?notice=deletion_stopped`);
  }
  const proof = await prove(request, needs, act, { fields: [] });
  if (proof instanceof Response) return proof;
  const by = { userId: signedIn.user.id, email: signedIn.user.email, sessionId: proof.sessionId };
  if (await scheduleDeletion(needs.account, by, client)) return signInFirst(request);
  const signedOut = await needs.door.submit(request, "/sign-out", {}); // the session is gone already: this makes the browser forget it
  return seeOther(request, "/sign-in?notice=deletion_asked", signedOut.done ? signedOut.cookies : []);
}

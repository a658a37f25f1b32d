import { Elysia } from "elysia";
import { seeOther } from "../../http/html";
import { homePath, type PageNeeds } from "../needs";
import { readAct, signInFirst } from "./act";

const path = "/account/picture";

/** `/account/picture`: takes the picture away. It was given through the API, perhaps by a stranger who made the account. */
export function picturePage(needs: PageNeeds) {
  return new Elysia({ name: "page/account/picture" }).post(path, ({ request }) => removePicture(request, needs), {
    parse: "none",
  });
}

async function removePicture(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const held = await needs.account.throttle.take([{ kind: "change", key: `picture ${act.signedIn.user.id}` }]);
  if (held) return needs.answerProblem(request, held);
  const removed = await needs.door.submit(request, "/update-user", { image: null });
  if (!removed.done)
    return removed.problem === "signed_out" ? signInFirst(request) : needs.answerProblem(request, removed);
  return seeOther(request, `${homePath}?notice=picture_removed`, removed.cookies);
}

import { Elysia } from "elysia";
import { AccountEmailForm, AccountEmailPage } from "../../../views/account-email";
import { requestEmailChange } from "../../account/change-email";
import { noticeIn } from "../../http/return-to";
import { email } from "../../guard/fields";
import { firstProblem } from "../../http/form";
import { formAnswer, page, seeOther, withCookies } from "../../http/html";
import { statusOf, type Problem } from "../../http/problem";
import type { PageNeeds } from "../needs";
import { forOwner, prove, readAct, signInFirst } from "./act";

const path = "/account/email";

/** `/account/email`: the address, and a new one, which has to confirm before anything changes. */
export function emailPage(needs: PageNeeds) {
  const { frame } = needs;
  return new Elysia({ name: "page/account/email" })
    .get(
      path,
      forOwner(needs, async (request, signedIn) => {
        return page(
          AccountEmailPage({
            frame: frame(request),
            owner: signedIn.user,
            state: {},
            notice: noticeIn(request, ["email_change_asked", "email_changed"]),
          }),
        );
      }),
    )
    .post(path, ({ request }) => changeEmail(request, needs), { parse: "none" });
}

async function changeEmail(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  if (!needs.config.mail.isOn) return needs.answerProblem(request, { problem: "not_found" });
  const { form, signedIn, client } = act;
  const again = ({ problem, retryAfterSeconds }: Problem) => {
    const at = problem.startsWith("email") ? "email" : "form";
    const props = {
      frame: needs.frame(request),
      owner: signedIn.user,
      state: { values: { email: form.get("email") }, problems: { [at]: problem }, retryAfterSeconds },
    };
    return formAnswer(request, { form: AccountEmailForm, page: AccountEmailPage }, props, statusOf[problem]);
  };

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(firstProblem(typed.error));
  if (typed.data === signedIn.user.email) return again({ problem: "email_same" });
  const proof = await prove(request, needs, act, { fields: ["email"] });
  if (proof instanceof Response) return proof;
  const refused = await requestEmailChange(
    needs.account,
    { userId: signedIn.user.id, sessionId: proof.sessionId, newEmail: typed.data },
    client,
  );
  if (refused?.problem === "signed_out") return signInFirst(request);
  if (refused) return withCookies(await again(refused), proof.cookies); // the proof has made a new session of this one
  return seeOther(request, `${path}?notice=email_change_asked`, proof.cookies);
}

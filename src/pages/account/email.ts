import { AccountEmailForm, AccountEmailPage } from "../../../views/account-email";
import { requestEmailChange } from "../../account/change-email";
import { email } from "../../guard/fields";
import { firstProblem, problemAt } from "../../http/form";
import { formAnswer, page, seeOther, withCookies } from "../../http/html";
import type { Problem } from "../../http/problem";
import { noticeIn } from "../../http/return-to";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/email";

/** `/account/email`: the address, and a new one, which has to confirm before anything changes. */
export function emailPage(services: PageServices) {
  const { frame } = services;
  return routesOf("account/email")
    .get(
      path,
      forOwner((visit, { user: owner }) => {
        const notice = noticeIn(visit.request, ["email_change_asked", "email_changed"]);
        return page(AccountEmailPage({ frame: frame(visit), owner, state: {}, notice }));
      }),
    )
    .post(
      path,
      onOwnerForm(services, (post) => changeEmail(post, services)),
      rawBody,
    );
}

async function changeEmail(post: OwnerPost, services: PageServices) {
  const { visit, form, signedIn } = post;
  const { config, frame } = services;
  if (!config.mail.isOn) return services.answerProblem(visit, { problem: "not_found" });
  const views = { form: AccountEmailForm, page: AccountEmailPage };
  const values = { email: form.get("email") };
  const again = (problem: Problem) => {
    const state = { values, ...problemAt(problem.problem.startsWith("email") ? "email" : "form", problem) };
    return formAnswer(visit, views, { frame: frame(visit), owner: signedIn.user, state });
  };

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(firstProblem(typed.error));
  if (typed.data === signedIn.user.email) return again({ problem: "email_same" });
  const fresh = await requireFreshSignIn(services, post, { fields: ["email"] });
  if (fresh instanceof Response) return fresh;
  const { cookies, current } = fresh;
  const asked = await requestEmailChange(services, visit, { current, newEmail: typed.data });
  if (asked.ok) return seeOther(visit, `${path}?notice=email_change_asked`, cookies);
  return asked.problem === "signed_out" ? signInFirst(visit) : withCookies(await again(asked), cookies);
}

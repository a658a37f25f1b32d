import { AccountEmailForm, AccountEmailPage } from "../../../views/account-email";
import { cancelEmailChange, pendingEmail, requestEmailChange } from "../../account/change-email";
import { email } from "../../guard/fields";
import { firstProblem, problemAt } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { Problem } from "../../http/problem";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { rawBody, routesOf, type PageServices } from "../services";
import { takeDraft } from "../draft";
import { forOwner, onOwnerForm, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/email";

/** `/account/email`: the address, and a new one, which has to confirm before anything changes. */
export function emailPage(services: PageServices) {
  return routesOf("account/email")
    .get(
      path,
      forOwner((visit, signedIn) => show(visit, signedIn, services)),
    )
    .post(
      path,
      onOwnerForm(services, (post) => changeEmail(post, services)),
      rawBody,
    );
}

const notices = ["email_change_asked", "email_change_cancelled", "email_changed"] as const;

async function show(visit: Visit, { user: owner }: SignedIn, services: PageServices) {
  const { database, frame } = services;
  const { typed, cookies } = takeDraft(visit, services);
  const pending = await pendingEmail(database, owner.id);
  const notice = noticeIn(visit.request, notices);
  const unseen = notice === "email_changed" ? await services.newsOf(services, owner.id) : [];
  const props = { frame: frame(visit), owner, pending, state: { values: { email: typed.email } }, notice, unseen };
  return page(AccountEmailPage(props), { cookies });
}

async function changeEmail(post: OwnerPost, services: PageServices) {
  const { visit, form, signedIn } = post;
  const { config, database, frame } = services;
  if (!config.mail.isOn) return services.answerProblem(visit, { problem: "not_found" });
  if (form.get("cancel") === "on") return cancel(post, services);
  const pending = await pendingEmail(database, signedIn.user.id);
  const views = { form: AccountEmailForm, page: AccountEmailPage };
  const values = { email: form.get("email") };
  const again = (problem: Problem) => {
    const state = { values, ...problemAt(problem.problem.startsWith("email") ? "email" : "form", problem) };
    return formAnswer(visit, views, { frame: frame(visit), owner: signedIn.user, pending, state });
  };

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(firstProblem(typed.error));
  if (typed.data === signedIn.user.email) return again({ problem: "email_same" });
  const fresh = await requireFreshSignIn(services, post, { fields: ["email"], purpose: "email" });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const asked = await requestEmailChange(services, visit, { current, newEmail: typed.data });
  if (asked.ok) return seeOther(visit, `${path}?notice=email_change_asked`);
  return asked.problem === "signed_out" ? signInFirst(visit) : again(asked);
}

async function cancel({ visit, current }: OwnerPost, services: PageServices) {
  const cancelled = await cancelEmailChange(services, visit, current);
  return cancelled.ok ? seeOther(visit, `${path}?notice=email_change_cancelled`) : signInFirst(visit);
}

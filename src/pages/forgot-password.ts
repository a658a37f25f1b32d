import { ForgotPasswordForm, ForgotPasswordPage, type ForgotPasswordProps } from "../../views/forgot-password";
import { askForMail } from "../account/ask-for-mail";
import { email } from "../guard/fields";
import { readCookie, setCookie, typedEmailCookie } from "../http/cookies";
import { firstProblem, problemAt, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/forgot-password";

/**
 * `/forgot-password`: a link for a new password is sent to an address. The answer is the same whether anybody has it.
 */
export function forgotPasswordPage(services: PageServices) {
  const { config, frame } = services;
  return routesOf("forgot-password")
    .get(path, ({ visit }) => {
      const values = { email: readCookie(typedEmailCookie, visit.cookies, config) };
      const notice = noticeIn(visit.request, ["reset_asked"]);
      return page(ForgotPasswordPage({ frame: frame(visit), state: { values }, notice }));
    })
    .post(
      path,
      onForm(services, (visit, form) => orderReset(visit, form, services)),
      rawBody,
    );
}

async function orderReset(visit: Visit, form: Form, services: PageServices) {
  const { config, frame } = services;
  const views = { form: ForgotPasswordForm, page: ForgotPasswordPage };
  const again = (state: ForgotPasswordProps["state"]) =>
    formAnswer(visit, views, { frame: frame(visit), state: { values: { email: form.get("email") }, ...state } });

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(problemAt("email", firstProblem(typed.error)));
  const ordered = await askForMail(services, visit, { kind: "reset", email: typed.data });
  if (!ordered.ok) return again(problemAt("form", ordered));
  return seeOther(visit, `${path}?notice=reset_asked`, [setCookie(typedEmailCookie, typed.data, config)]);
}

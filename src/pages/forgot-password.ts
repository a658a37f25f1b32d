import { withReturnTo } from "../../views/kit";
import { ForgotPasswordForm, ForgotPasswordPage, type ForgotPasswordProps } from "../../views/forgot-password";
import { askForMail } from "../account/ask-for-mail";
import { email } from "../guard/fields";
import { firstProblem, problemAt, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { journeysEnd, keepJourney, typedEmail } from "./journey";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/forgot-password";

/**
 * `/forgot-password`: a link for a new password is sent to an address. The answer is the same whether anybody has it.
 */
export const forgotPasswordPage = (services: PageServices) =>
  routesOf("forgot-password")
    .get(path, ({ visit }) => show(visit, services))
    .post(
      path,
      onForm(services, (visit, form) => orderReset(visit, form, services)),
      rawBody,
    );

async function show(visit: Visit, services: PageServices) {
  const signedIn = await visit.signedIn(); // whoever was asked for the password of their account comes here too
  const values = { email: signedIn?.user.email ?? typedEmail(visit, services) };
  const isSent = noticeIn(visit.request, ["reset_asked"]) !== undefined;
  const returnTo = journeysEnd(visit, services);
  return page(ForgotPasswordPage({ frame: services.frame(visit), state: { values }, returnTo, isSent }));
}

async function orderReset(visit: Visit, form: Form, services: PageServices) {
  const target = journeysEnd(visit, services, form);
  const views = { form: ForgotPasswordForm, page: ForgotPasswordPage };
  const props = { frame: services.frame(visit), returnTo: target, isSent: form.get("again") === "on" };
  const again = (state: ForgotPasswordProps["state"]) =>
    formAnswer(visit, views, { ...props, state: { values: { email: form.get("email") }, ...state } });

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(problemAt("email", firstProblem(typed.error)));
  const ordered = await askForMail(services, visit, { kind: "reset", email: typed.data });
  if (!ordered.ok) return again(problemAt("form", ordered));
  const cookies = keepJourney(services, { email: typed.data, target });
  return seeOther(visit, withReturnTo(`${path}?notice=reset_asked`, target), cookies);
}

import { withReturnTo } from "../../views/kit";
import { ResendForm, VerifyEmailForm, VerifyEmailPage, type VerifyEmailProps } from "../../views/verify-email";
import { askForMail } from "../account/ask-for-mail";
import { verifyByCode, verifyByLink } from "../account/verify";
import { email, emailAndCode } from "../guard/fields";
import { readCookie, setCookie, typedEmailCookie } from "../http/cookies";
import { firstProblem, problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { done } from "../result";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import { resetPath } from "./reset-password";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/verify-email";

/** `/verify-email`: an address is confirmed, by the link in a mail or by its six digits; or another mail is ordered. */
export function verifyEmailPage(services: PageServices) {
  const link: Link = {
    path,
    purpose: "verify",
    words: ({ verify: words }) => ({ ...words, text: words.byLink }),
    async act(visit, token) {
      const proved = await verifyByLink(services, visit, token);
      if (!proved.ok) return proved;
      const { resetToken } = proved.value;
      return done(resetToken ? resetPath(resetToken) : "/sign-in?notice=email_verified");
    },
  };
  const act = (visit: Visit, form: Form) => {
    if (form.has("token")) return actOnLink(visit, services, { link, token: form.get("token") });
    return form.get("resend") === "on" ? resend(visit, form, services) : verify(visit, form, services);
  };
  return routesOf("verify-email")
    .get(path, ({ visit }) => (tokenIn(visit) ? showLink(visit, services, link) : show(visit, services)))
    .post(path, onForm(services, act), rawBody);
}

async function show(visit: Visit, { config, frame, returnTo }: PageServices) {
  const signedIn = await visit.signedIn();
  const target = returnTo(visit);
  if (signedIn?.user.emailVerified) return seeOther(visit, target ?? homePath);
  const values = { email: signedIn?.user.email ?? readCookie(typedEmailCookie, visit.cookies, config) };
  const notice = noticeIn(visit.request, ["mail_sent"]);
  const state = { values };
  return page(VerifyEmailPage({ frame: frame(visit), state, returnTo: target, canSignIn: !signedIn, notice }));
}

/** One of the page's two forms again, with what is wrong with it. */
async function formAgain(visit: Visit, { frame, returnTo }: PageServices, form: Form) {
  const target = returnTo(visit, form);
  const props = { frame: frame(visit), returnTo: target, canSignIn: !(await visit.signedIn()) };
  return {
    target,
    again: (View: typeof ResendForm, state: VerifyEmailProps["state"]) =>
      formAnswer(visit, { form: View, page: VerifyEmailPage }, { ...props, state }),
  };
}

async function verify(visit: Visit, form: Form, services: PageServices) {
  const { target, again } = await formAgain(visit, services, form);
  const values = { email: form.get("email"), code: form.get("code") };
  const typed = emailAndCode.safeParse(values);
  if (!typed.success) return again(VerifyEmailForm, { values, ...problemsByField(typed.error) });
  const verified = await verifyByCode(services, visit, typed.data);
  if (!verified.ok) {
    const at = verified.problem === "code_wrong" ? "code" : "form";
    return again(VerifyEmailForm, { values, ...problemAt(at, verified) });
  }
  const isSignedIn = (await visit.signedIn()) !== null;
  const next = isSignedIn
    ? (target ?? `${homePath}?notice=email_verified`)
    : withReturnTo("/sign-in?notice=email_verified", target);
  return seeOther(visit, next);
}

async function resend(visit: Visit, form: Form, services: PageServices) {
  const { target, again } = await formAgain(visit, services, form);
  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again(ResendForm, { values: {}, ...problemAt("email", firstProblem(typed.error)) });
  const ordered = await askForMail(services, visit, { kind: "verify", email: typed.data });
  if (!ordered.ok) return again(ResendForm, { values: { email: form.get("email") }, ...problemAt("form", ordered) });
  const cookies = [setCookie(typedEmailCookie, typed.data, services.config)];
  return seeOther(visit, withReturnTo(`${path}?notice=mail_sent`, target), cookies);
}

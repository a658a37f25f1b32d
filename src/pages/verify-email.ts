import { withReturnTo } from "../../views/kit";
import { ResendPage, VerifyEmailForm, VerifyEmailPage, type VerifyEmailProps } from "../../views/verify-email";
import { askForMail } from "../account/ask-for-mail";
import { hasSignedUpLately } from "../account/sign-up-proof";
import { verifyByCode, verifyByLink } from "../account/verify";
import { email, emailAndCode } from "../guard/fields";
import { firstProblem, problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, inPlaceOfPage, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { done } from "../result";
import { arrive, journeysEnd, keepJourney, typedEmail } from "./journey";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import { resetPath } from "./reset-password";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/verify-email";
/** The browser signed up with the password, and its owner reads the mail: what both prove is still one factor. */
const byCode = { factors: 1, methods: ["code"] } as const;

/** `/verify-email`: an address is confirmed, by the link in a mail or by its six digits; or another mail is ordered. */
export function verifyEmailPage(services: PageServices) {
  const link: Link = {
    path,
    purpose: "verify",
    words: (words, email) => ({ ...words.verify, text: words.verify.byLink(email) }),
    async act(visit, token) {
      const proved = await verifyByLink(services, visit, token);
      if (!proved.ok) return proved;
      const { resetToken, email } = proved.value;
      const next = resetToken ? resetPath(resetToken) : "/sign-in?notice=email_verified";
      return done({ next, cookies: keepJourney(services, { email }) });
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

async function show(visit: Visit, services: PageServices) {
  const { frame, returnTo } = services;
  const typed = typedEmail(visit, services);
  const isNew = hasSignedUpLately(visit, services);
  const found = await visit.signedIn();
  // Signed in to another account than the new one: a tab from before that was used to sign up.
  const signedIn = isNew && typed !== "" && typed !== found?.user.email ? undefined : found;
  if (signedIn?.user.emailVerified) return seeOther(visit, returnTo(visit) ?? homePath);
  const target = journeysEnd(visit, services);
  const values = { email: signedIn?.user.email ?? typed };
  const notice = noticeIn(visit.request, ["mail_sent"]);
  const state = { values };
  const isSent = notice === "mail_sent" || (!signedIn && isNew);
  return page(VerifyEmailPage({ frame: frame(visit), state, returnTo: target, canSignIn: !signedIn, notice, isSent }));
}

/** One of the page's two forms again, with what is wrong with it. */
async function formAgain(visit: Visit, services: PageServices, form: Form) {
  const target = journeysEnd(visit, services, form);
  const props = { frame: services.frame(visit), returnTo: target, canSignIn: !(await visit.signedIn()) };
  return {
    target,
    verifyAgain: (state: VerifyEmailProps["state"]) =>
      formAnswer(visit, { form: VerifyEmailForm, page: VerifyEmailPage }, { ...props, state }),
    // All of the page: a code that was wrong is not wrong any more.
    resendAgain: async (state: VerifyEmailProps["state"]) => {
      const answer = await formAnswer(visit, { form: ResendPage, page: ResendPage }, { ...props, state });
      return inPlaceOfPage(visit, answer);
    },
  };
}

async function verify(visit: Visit, form: Form, services: PageServices) {
  const { target, verifyAgain } = await formAgain(visit, services, form);
  const values = { email: form.get("email"), code: form.get("code") };
  const typed = emailAndCode.safeParse(values);
  if (!typed.success) return verifyAgain({ values, ...problemsByField(typed.error) });
  const verified = await verifyByCode(services, visit, typed.data);
  if (!verified.ok) {
    const at = verified.problem === "code_wrong" ? "code" : "form";
    return verifyAgain({ values, ...problemAt(at, verified) });
  }
  const next = target ?? `${homePath}?notice=email_verified`;
  if ((await visit.signedIn())?.user.email === typed.data.email) return seeOther(visit, next);
  const { toSignIn } = verified.value;
  const arrived = toSignIn && (await services.door.signIn(visit, { ...toSignIn, proved: byCode, rememberMe: true }));
  if (arrived?.ok) return arrive(visit, services, { ...arrived.value, email: typed.data.email, next, target });
  return seeOther(visit, withReturnTo("/sign-in?notice=email_verified", target));
}

async function resend(visit: Visit, form: Form, services: PageServices) {
  const { target, resendAgain } = await formAgain(visit, services, form);
  const values = { email: form.get("email") };
  const typed = email.safeParse(values.email);
  if (!typed.success) return resendAgain({ values, ...problemAt("email", firstProblem(typed.error)) });
  const ordered = await askForMail(services, visit, { kind: "verify", email: typed.data });
  if (!ordered.ok) return resendAgain({ values, ...problemAt("form", ordered) });
  const cookies = keepJourney(services, { email: typed.data, target });
  return seeOther(visit, withReturnTo(`${path}?notice=mail_sent`, target), cookies);
}

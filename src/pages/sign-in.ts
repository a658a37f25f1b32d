import { withReturnTo } from "../../views/kit";
import { SignInForm, SignInPage, type SignInProps } from "../../views/sign-in";
import { isToBeDeleted } from "../account/deletion";
import { credentials } from "../guard/fields";
import { readCookie, setCookie, typedEmailCookie } from "../http/cookies";
import { problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** `/sign-in`: the form, without a look at the database unless the visitor brings a cookie; and the act. */
export function signInPage(services: PageServices) {
  return routesOf("sign-in")
    .get("/sign-in", ({ visit }) => show(visit, services))
    .post(
      "/sign-in",
      onForm(services, (visit, form) => signIn(visit, form, services)),
      rawBody,
    );
}

const notices = ["signed_up", "signed_out", "email_verified", "password_reset", "deletion_asked"] as const;

async function show(visit: Visit, { config, frame, returnTo }: PageServices) {
  const target = returnTo(visit);
  const notice = noticeIn(visit.request, notices);
  if (await visit.signedIn()) return seeOther(visit, target ?? (notice ? `${homePath}?notice=${notice}` : homePath));
  const values = { email: readCookie(typedEmailCookie, visit.cookies, config) };
  return page(SignInPage({ frame: frame(visit), state: { values, remember: true }, returnTo: target, notice }));
}

async function signIn(visit: Visit, form: Form, { config, frame, door, database, returnTo }: PageServices) {
  const target = returnTo(visit, form);
  const values = { email: form.get("email") };
  const remember = form.get("remember") === "on";
  const views = { form: SignInForm, page: SignInPage };
  const again = (state: Partial<SignInProps["state"]>) =>
    formAnswer(visit, views, { frame: frame(visit), returnTo: target, state: { values, remember, ...state } });

  const typed = credentials.safeParse({ ...values, password: form.get("password") });
  if (!typed.success) return again(problemsByField(typed.error));
  const signedIn = await door.submit(visit, "/sign-in/email", { ...typed.data, rememberMe: remember });
  if (!signedIn.ok) return again(problemAt("form", signedIn));
  const { cookies, furtherStep } = signedIn.value;
  if (furtherStep) return seeOther(visit, withReturnTo(furtherStep.path, target), cookies);
  // An account that is to be deleted is decided on first. Should that not be known now, the account page asks again.
  const closing = await isToBeDeleted(database, typed.data.email).catch(() => false);
  const next = closing ? "/account/delete" : (target ?? homePath);
  return seeOther(visit, next, [...cookies, setCookie(typedEmailCookie, "", config)]);
}

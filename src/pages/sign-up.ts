import { withReturnTo } from "../../views/kit";
import { NoSignUpPage, SignUpForm, SignUpPage, type SignUpProps } from "../../views/sign-up";
import { signUpIsOpen } from "../account/who-may-sign-up";
import { deviceOf } from "../account/devices";
import { accountFields } from "../guard/fields";
import { problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, inPlaceOfPage, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import type { Visit } from "../http/visit";
import { takeDraft } from "./draft";
import { journeysEnd, keepJourney, takeTimeZone, typedEmail } from "./journey";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** `/sign-up`: makes an account. The answer is the same whether the address had one already. */
export function signUpPage(services: PageServices, makeParts: readonly MakePart[]) {
  const { frame, returnTo } = services;
  return routesOf("sign-up")
    .get("/sign-up", async ({ visit }) => {
      if (await visit.signedIn()) return seeOther(visit, returnTo(visit) ?? homePath);
      const closed = await noSignUp(visit, services);
      if (closed) return closed;
      const { cookie } = deviceOf(visit, services); // with the form, so that a double click comes from one browser
      const draft = takeDraft(visit, services);
      const cookies = [...(cookie ? [cookie] : []), ...draft.cookies];
      const state = { values: { email: typedEmail(visit, services), name: draft.typed.name } };
      const target = journeysEnd(visit, services);
      const parts = makeParts.map((part) => part(visit, target));
      return page(SignUpPage({ frame: frame(visit), state, returnTo: target, parts }), { cookies });
    })
    .post(
      "/sign-up",
      onForm(services, (visit, form) => signUp(visit, form, { ...services, makeParts })),
      rawBody,
    );
}

/** The page in place of one to sign up, where nobody may; undefined where there is a sign-up. */
export async function noSignUp(visit: Visit, services: PageServices, form?: Form): Promise<Response | undefined> {
  const open = signUpIsOpen(services);
  if (open.ok) return undefined;
  const returnTo = journeysEnd(visit, services, form);
  return inPlaceOfPage(
    visit,
    await page(NoSignUpPage({ frame: services.frame(visit), returnTo }), form && { status: statusOf(open.problem) }),
  );
}

/** Makes what a capability adds to the page. */
export type MakePart = (visit: Visit, returnTo?: string) => JSX.Element;

async function signUp(visit: Visit, form: Form, services: PageServices & { makeParts: readonly MakePart[] }) {
  const closed = await noSignUp(visit, services, form);
  if (closed) return closed;
  const { config, frame, door, makeParts } = services;
  const target = journeysEnd(visit, services, form);
  const zone = takeTimeZone(visit, form, services);
  const values = { name: form.get("name"), email: form.get("email") };
  const views = { form: SignUpForm, page: SignUpPage };
  const again = (state: SignUpProps["state"]) =>
    formAnswer(visit, views, {
      ...{ frame: frame(visit), returnTo: target, parts: makeParts.map((part) => part(visit, target)) },
      state: { values, ...state },
    });

  const typed = accountFields.safeParse({ ...values, password: form.get("password") });
  if (!typed.success) return again(problemsByField(typed.error));
  const { name, email, password } = typed.data;
  const signedUp = await door.submit(visit, "/sign-up/email", { name, email, password });
  // How hard the password is to guess is judged behind the door, for pages and programs alike.
  if (!signedUp.ok) return again(problemAt(signedUp.problem.startsWith("password_") ? "password" : "form", signedUp));
  const next = config.mail.isOn ? "/verify-email" : "/sign-in?notice=signed_up";
  const cookies = [...keepJourney(services, { email, target }), ...zone];
  return seeOther(visit, withReturnTo(next, target), cookies);
}

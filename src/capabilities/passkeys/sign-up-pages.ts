import { withReturnTo } from "../../../views/kit";
import { deviceOf } from "../../account/devices";
import { byPasskey } from "../../account/sessions";
import { accountFields } from "../../guard/fields";
import { clientLimits } from "../../guard/throttle";
import { problemAt, problemsByField, type Form } from "../../http/form";
import { formAnswer, page, seeOther, withCookies } from "../../http/html";
import type { Problem } from "../../http/problem";
import type { Visit } from "../../http/visit";
import { takeDraft } from "../../pages/draft";
import { arrive, beginAgain, journeysEnd, keepJourney, takeTimeZone, typedEmail } from "../../pages/journey";
import { homePath, onForm, rawBody, routesOf } from "../../pages/services";
import { noSignUp } from "../../pages/sign-up";
import { withChallenge } from "./option-pages";
import { creationOptions, handleOf } from "./options";
import { makePath, signUpPath, type Parts } from "./parts";
import { receiveNew } from "./receive";
import { forgetWait, openWithPasskey, waitingIn } from "./sign-up";
import { MakeForm, MakePage, SignUpForm, SignUpPage, SignUpPart, type SignUpProps } from "./sign-up-views";
import { isThere } from "./use";
import { words } from "./words";

/** What the page to sign up shows; nothing where no mail is sent: the address could not be confirmed. */
export const signUpPart = ({ services, script }: Parts) =>
  services.outbox.isOn
    ? ({ language }: Visit, returnTo?: string) =>
        SignUpPart({ own: words[language], script, href: withReturnTo(signUpPath, returnTo) })
    : undefined;

/** `/sign-up/passkey`: begins an account; and once its address is confirmed, its passkey is made. */
export const signUpPages = (parts: Parts) =>
  routesOf("sign-up/passkey")
    .get("/sign-up/passkey", ({ visit }) => show(visit, parts))
    .post(
      "/sign-up/passkey",
      onForm(parts.services, (visit, form) => begin(visit, form, parts)),
      rawBody,
    )
    .get("/sign-up/passkey/make", ({ visit }) => showMake(visit, parts))
    .post(
      "/sign-up/passkey/make",
      onForm(parts.services, (visit, form) => make(visit, form, parts)),
      rawBody,
    )
    .post(
      "/sign-up/passkey/options",
      onForm(parts.services, (visit) => tell(visit, parts)),
      rawBody,
    );

const frameOf = (visit: Visit, { services, script }: Parts) => ({
  ...{ frame: services.frame(visit), own: words[visit.language], script },
});

async function show(visit: Visit, parts: Parts) {
  const { services } = parts;
  if (await visit.signedIn()) return seeOther(visit, services.returnTo(visit) ?? homePath);
  const closed = await noSignUp(visit, services);
  if (closed) return closed;
  const { cookie } = deviceOf(visit, services); // with the form, so that a double click comes from one browser
  const draft = takeDraft(visit, services);
  const state = { values: { email: typedEmail(visit, services), name: draft.typed.name } };
  const props = { ...frameOf(visit, parts), path: signUpPath, returnTo: journeysEnd(visit, services), state };
  return page(SignUpPage(props), { cookies: [...(cookie ? [cookie] : []), ...draft.cookies] });
}

const fields = accountFields.pick({ name: true, email: true });

/** Begins the account. The answer is the same whether the address had one already. */
async function begin(visit: Visit, form: Form, parts: Parts) {
  const { services } = parts;
  const closed = await noSignUp(visit, services, form);
  if (closed) return closed;
  const target = journeysEnd(visit, services, form);
  const zone = takeTimeZone(visit, form, services);
  const values = { name: form.get("name"), email: form.get("email") };
  const again = (state: SignUpProps["state"]) => {
    const props = { ...frameOf(visit, parts), path: signUpPath, returnTo: target, state: { values, ...state } };
    return formAnswer(visit, { form: SignUpForm, page: SignUpPage }, props);
  };
  const typed = fields.safeParse(values);
  if (!typed.success) return again(problemsByField(typed.error));
  const { name, email } = typed.data;
  const begun = await services.door.signUp(visit, { name, email });
  if (!begun.ok) return again(problemAt("form", begun));
  const cookies = [...keepJourney(services, { email, target }), ...zone];
  return seeOther(visit, withReturnTo("/verify-email", target), cookies);
}

async function showMake(visit: Visit, parts: Parts) {
  const { services, tools } = parts;
  const waiting = await waitingIn(visit, services, tools);
  if (!waiting) return beginAgain(visit, services, { forget: forgetWait(services) });
  const props = { ...frameOf(visit, parts), path: makePath, email: waiting.email, state: {} };
  return page(MakePage({ ...props, returnTo: journeysEnd(visit, services) }));
}

/** What the script asks the browser for; only for whoever waits for a passkey. */
async function tell(visit: Visit, parts: Parts) {
  const { services, tools, relyingParty } = parts;
  const waiting = await waitingIn(visit, services, tools);
  if (!waiting)
    return services.answerProblem(visit, { problem: (await visit.signedIn()) ? "not_found" : "proof_needed" });
  const handle = await handleOf(services.database.orm, waiting.userId);
  const made = (challenge: string) => creationOptions(relyingParty, { challenge, user: waiting, handle, excluded: [] });
  return withChallenge(visit, parts, { act: "sign-up", userId: waiting.userId, make: made });
}

async function make(visit: Visit, form: Form, parts: Parts) {
  const { services, tools, relyingParty } = parts;
  const waiting = await waitingIn(visit, services, tools);
  if (!waiting) return beginAgain(visit, services, { form, forget: forgetWait(services) });
  const { userId, email } = waiting;
  const target = journeysEnd(visit, services, form);
  const again = (problem: Problem) => {
    const props = { ...frameOf(visit, parts), path: makePath, email, returnTo: target };
    return formAnswer(visit, { form: MakeForm, page: MakePage }, { ...props, state: problemAt("form", problem) });
  };
  const limits = clientLimits(visit);
  const counted = await services.throttle.take(limits);
  if (!counted.ok) return again(counted);
  const received = await receiveNew(visit, parts, { value: form.get("new"), act: "sign-up", userId });
  if (!received.ok) return again(received);
  const { challenge: _, ...made } = received.value;
  const opened = await openWithPasskey(services, tools, { ...made, visit, userId, rpId: relyingParty.id });
  if (!opened.ok && opened.problem === "signed_out")
    return beginAgain(visit, services, { form, userId, forget: forgetWait(services) });
  if (!opened.ok) return again(opened);
  await services.throttle.forgive(limits);
  const id = opened.value;
  const arrived = { userId, proved: byPasskey, rememberMe: true };
  const signedIn = await services.door.signIn(visit, { ...arrived, isStillProved: (inner) => isThere(inner, id) });
  // The passkey is there, and signs in.
  if (!signedIn.ok) return beginAgain(visit, services, { form, forget: forgetWait(services), why: signedIn });
  const answer = await arrive(visit, services, { ...signedIn.value, email, next: target ?? homePath, target });
  return withCookies(answer, [forgetWait(services)]);
}

import { problemAt, type Form } from "../../../http/form";
import { formAnswer, page, seeOther, withCookies } from "../../../http/html";
import type { Problem } from "../../../http/problem";
import type { Visit } from "../../../http/visit";
import { withReturnTo } from "../../../../views/kit";
import { namesAnother } from "../../../pages/account/owner";
import { arrive, beginAgain, journeysEnd } from "../../../pages/journey";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "../../../pages/services";
import { canGive, strongProofs } from "../../../account/prove";
import type { Refused } from "../../../result";
import { askForLoss, dueAt } from "../loss";
import { trustBrowser } from "../manage";
import { forgetStep, stepPath, takeStep, waitingIn, type Waiting } from "../step";
import type { FactorTools } from "../tools";
import { RecoveryForm, StepForm, StepPage, type StepProps } from "../views/second-step";
import { words } from "../words";

/** `/second-step`: a sign-in whose password was right goes on with a code, and only then there is a session. */
export function secondStepPage(services: PageServices, tools: FactorTools) {
  return routesOf("second-step")
    .get(stepPath, ({ visit }) => show(visit, services, tools))
    .post(
      stepPath,
      onForm(services, (visit, form) => take(visit, form, { services, tools })),
      rawBody,
    )
    .get("/second-step/lost", ({ visit }) => seeOther(visit, stepPath))
    .post(
      "/second-step/lost",
      onForm(services, (visit, form) => lose(visit, form, { services, tools })),
      rawBody,
    );
}

interface Parts {
  services: PageServices;
  tools: FactorTools;
}

const waitingForCode = (visit: Visit, { services, tools }: Parts) =>
  waitingIn(visit, services, { tools, kind: "code" });

async function show(visit: Visit, services: PageServices, tools: FactorTools): Promise<Response> {
  const waiting = await waitingForCode(visit, { services, tools });
  if (!waiting) return beginAgain(visit, services, { forget: forgetStep(services) });
  const parts = await waysInOf(visit, services, waiting);
  const props = { ...(await propsOf(visit, { services, waiting })), waysIn: parts.map(({ view }) => view) };
  return page(StepPage(props), { cookies: parts.flatMap(({ cookies = [] }) => cookies) });
}

/** Other ways in, for a user who could prove two factors at once, such as by a passkey. */
async function waysInOf(visit: Visit, services: PageServices, { userId }: Waiting) {
  const canProveTwo = await canGive(services.database.orm, strongProofs(services), userId);
  return canProveTwo ? services.waysIn(visit, journeysEnd(visit, services)) : [];
}

interface Shown {
  services: PageServices;
  waiting: Waiting;
  form?: Form;
}

async function propsOf(visit: Visit, { services, waiting, form }: Shown): Promise<StepProps> {
  const due = await dueAt(services.database.orm, waiting.userId);
  const canBeTold = services.outbox.isOn && waiting.emailVerified;
  return {
    frame: services.frame(visit),
    own: words[visit.language],
    state: {},
    waysIn: [],
    email: waiting.email,
    remember: waiting.remember,
    returnTo: journeysEnd(visit, services, form),
    lost: due ? { due } : canBeTold ? "open" : "closed",
  };
}

/**
 * The sign-in that a form is about, or the answer where there is none. A form names its account: in another tab of this
 * browser somebody else may have begun to sign in since, to whom nothing is done by it.
 */
async function waitingFor(visit: Visit, form: Form, parts: Parts): Promise<Waiting | Response> {
  const { services } = parts;
  const waiting = await waitingForCode(visit, parts);
  if (!waiting) return beginAgain(visit, services, { form, forget: forgetStep(services) });
  return namesAnother(form, waiting.email)
    ? seeOther(visit, withReturnTo("/sign-in?notice=step_over", journeysEnd(visit, services, form)))
    : waiting;
}

async function take(visit: Visit, form: Form, { services, tools }: Parts): Promise<Response> {
  const waiting = await waitingFor(visit, form, { services, tools });
  if (waiting instanceof Response) return waiting;
  const field = form.has("recovery") ? "recovery" : "code";
  const again = async (problem: Problem) => {
    const at = problem.problem.startsWith("factor_") ? field : "form";
    const state = { ...problemAt(at, problem), trust: form.get("trust") === "on" };
    const views = { form: field === "code" ? StepForm : RecoveryForm, page: StepPage };
    const props = await propsOf(visit, { services, waiting, form });
    return formAnswer(visit, views, { ...props, state, isRecovery: field === "recovery" });
  };
  const taken = await takeStep(services, tools, { visit, waiting, typed: form.get(field) });
  if (!taken.ok && taken.problem === "signed_out")
    return beginAgain(visit, services, { form, userId: waiting.userId, forget: forgetStep(services) });
  if (!taken.ok) return again(field === "recovery" ? ofRecovery(taken, tools) : taken);
  const { userId, email, remember } = waiting;
  const signedIn = await services.door.signIn(visit, { ...taken.value, userId, rememberMe: remember });
  // Password or app were changed meanwhile.
  if (!signedIn.ok) return beginAgain(visit, services, { form, forget: forgetStep(services), why: signedIn });
  if (form.get("trust") === "on") await trustBrowser(services, tools, { visit, userId });
  const target = journeysEnd(visit, services, form);
  const answer = await arrive(visit, services, { ...signedIn.value, email, next: target ?? homePath, target });
  return withCookies(answer, [forgetStep(services)]);
}

/** No next one is to be waited for, as with the codes of an app. */
const ofRecovery = (problem: Refused, { refuse }: FactorTools): Refused =>
  problem.problem === refuse("factor_code_wrong").problem ? refuse("factor_recovery_wrong") : problem;

async function lose(visit: Visit, form: Form, { services, tools }: Parts): Promise<Response> {
  const waiting = await waitingFor(visit, form, { services, tools });
  if (waiting instanceof Response) return waiting;
  if (services.outbox.isOn && waiting.emailVerified) {
    const asked = await askForLoss(services, tools, { visit, ...waiting });
    if (!asked.ok) return beginAgain(visit, services, { form, userId: waiting.userId, forget: forgetStep(services) });
  }
  return seeOther(visit, withReturnTo(stepPath, journeysEnd(visit, services, form)));
}

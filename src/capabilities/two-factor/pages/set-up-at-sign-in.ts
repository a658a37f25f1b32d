import { deviceOf } from "../../../account/devices";
import { code as sixDigits } from "../../../guard/fields";
import { problemAt, type Form } from "../../../http/form";
import { formAnswer, inPlaceOfPage, page } from "../../../http/html";
import type { Problem } from "../../../http/problem";
import type { Visit } from "../../../http/visit";
import { withReturnTo } from "../../../../views/kit";
import { beginAgain, journeysEnd } from "../../../pages/journey";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "../../../pages/services";
import { carryCodes, offeredSecret, offerSecret } from "../carried";
import { setUpAtSignIn } from "../manage";
import { forgetStep, setUpPath, waitingIn, type Taken, type Waiting } from "../step";
import { uriOf } from "../time-code";
import type { FactorTools } from "../tools";
import { CodesAtSignInPage } from "../views/codes";
import { SetUpAtSignInPage, SetUpForm, type SetUpProps } from "../views/set-up";
import { words } from "../words";

/** `/second-step/set-up`: where a second factor is required, whoever has none sets it up before there is a session. */
export function setUpAtSignInPage(services: PageServices, tools: FactorTools) {
  const waitingOf = (visit: Visit) => waitingIn(visit, services, { tools, kind: "set_up" });
  const forget = forgetStep(services);
  const show = async (visit: Visit) => {
    const waiting = await waitingOf(visit);
    if (!waiting) return beginAgain(visit, services, { forget });
    const offer = offerSecret(placeOf(waiting), tools);
    return page(SetUpAtSignInPage(propsOf(visit, services, { waiting, offer, state: {} })));
  };
  const confirm = async (visit: Visit, form: Form) => {
    const waiting = await waitingOf(visit);
    const sealed = form.get("sealed");
    const secret = waiting && offeredSecret(sealed, placeOf(waiting), tools);
    if (!waiting || secret === undefined) return beginAgain(visit, services, { form, forget });
    const again = (problem: Problem) => {
      const at = /^(factor_|code_)/.test(problem.problem) ? "code" : "form";
      const props = propsOf(visit, services, {
        waiting,
        offer: { secret, sealed },
        state: problemAt(at, problem),
        form,
      });
      return formAnswer(visit, { form: SetUpForm, page: SetUpAtSignInPage }, props);
    };
    const typed = sixDigits.safeParse(form.get("code"));
    if (!typed.success) return again(tools.refuse(form.get("code") ? "factor_code_wrong" : "factor_code_missing"));
    const made = await setUpAtSignIn(services, tools, { visit, waiting, secret, code: typed.data });
    if (!made.ok && made.problem === "signed_out")
      return beginAgain(visit, services, { form, userId: waiting.userId, forget });
    if (!made.ok) return again(made);
    return enter(visit, form, { services, tools, waiting, made: made.value });
  };
  return routesOf("second-step/set-up")
    .get(setUpPath, ({ visit }) => show(visit))
    .post(setUpPath, onForm(services, confirm), rawBody);
}

const placeOf = ({ userId, hash }: Waiting) => ({ userId, place: hash });

interface Shown extends Pick<SetUpProps, "state"> {
  waiting: Waiting;
  offer: { secret: string; sealed: string };
  form?: Form;
}

function propsOf(visit: Visit, services: PageServices, { waiting, offer, state, form }: Shown): SetUpProps {
  return {
    frame: services.frame(visit),
    own: words[visit.language],
    state,
    ...offer,
    uri: uriOf(offer.secret, { brand: services.config.brand.name, email: waiting.email }),
    action: setUpPath,
    cancel: "/sign-in",
    returnTo: journeysEnd(visit, services, form),
  };
}

interface Entered {
  services: PageServices;
  tools: FactorTools;
  waiting: Waiting;
  made: Taken & { codes: string[] };
}

/** Makes the session, and shows the recovery codes: this once. They lead on to whatever is due before there is one. */
async function enter(visit: Visit, form: Form, { services, tools, waiting, made }: Entered): Promise<Response> {
  const { userId, remember } = waiting;
  const { codes, ...taken } = made;
  const signedIn = await services.door.signIn(visit, { ...taken, userId, rememberMe: remember });
  const own = words[visit.language];
  const target = journeysEnd(visit, services, form);
  const step = signedIn.ok ? signedIn.value.furtherStep : undefined;
  const next = step ? withReturnTo(step.path, target) : (target ?? homePath);
  const { cookie } = deviceOf(visit, services);
  const cookies = [...(cookie ? [cookie] : []), forgetStep(services)];
  const props = { frame: services.frame(visit), own, codes, sealed: carryCodes(codes, userId, tools), next };
  const answer = await page(CodesAtSignInPage(props), { cookies });
  return inPlaceOfPage(visit, answer);
}

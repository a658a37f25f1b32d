import { withReturnTo } from "../../../views/kit";
import { byPasskey } from "../../account/sessions";
import { problemAt, type Form } from "../../http/form";
import { formAnswer, seeOther } from "../../http/html";
import { isServerError } from "../../http/problem";
import type { Visit } from "../../http/visit";
import { arrive, journeysEnd } from "../../pages/journey";
import { homePath, onForm, rawBody, routesOf } from "../../pages/services";
import type { MadePart } from "../../pages/services";
import type { Refused } from "../../result";
import { browserOf, knownBrowser, makeChallenge } from "./challenges";
import { signInPath, type Parts } from "./parts";
import { signalUnknown } from "./signals";
import { isThere, usePasskey } from "./use";
import { readAssertion } from "./verify";
import { SignInForm, SignInPart, SignInPage, type SignInProps } from "./sign-in-views";
import { words } from "./words";

/** What the sign-in page shows of the passkeys: browsers offer them at the email field, and there is a button. */
export const signInPart =
  (parts: Parts) =>
  (visit: Visit, returnTo?: string): MadePart => {
    const { browser, cookie } = browserOf(visit, parts.services.config);
    const view = SignInPart({ ...propsOf(visit, parts, browser), returnTo, state: {} });
    return { autofill: "webauthn", view, cookies: [cookie] };
  };

/** With what to ask the browser for, so that nothing is fetched while the page is young; not for an unknown browser. */
function propsOf(visit: Visit, { services, script, tools, relyingParty }: Parts, browser: string) {
  const challenge = makeChallenge(tools.keys("challenge"), { act: "sign-in", userId: "", browser });
  const asked = browser === "" ? undefined : { challenge, domain: relyingParty.id };
  return { frame: services.frame(visit), own: words[visit.language], script, path: signInPath, asked };
}

/** `/sign-in/passkey`: whoever has a passkey is signed in. */
export const signInPage = (parts: Parts) =>
  routesOf("sign-in/passkey")
    .get("/sign-in/passkey", ({ visit }) => seeOther(visit, withReturnTo("/sign-in", parts.services.returnTo(visit))))
    .post(
      "/sign-in/passkey",
      onForm(parts.services, (visit, form) => signIn(visit, form, parts)),
      rawBody,
    );

async function signIn(visit: Visit, form: Form, parts: Parts) {
  const { services } = parts;
  const value = form.get("passkey");
  const target = journeysEnd(visit, services, form);
  const again = (problem: Refused) => {
    const { id = "" } = readAssertion(value) ?? {};
    const isUnknown = problem.problem === parts.tools.refuse("passkey_unknown").problem;
    const props: SignInProps = {
      ...propsOf(visit, parts, knownBrowser(visit, services.config)),
      ...{ returnTo: target, signals: isUnknown ? signalUnknown(parts.relyingParty, id) : undefined },
      state: problemAt("form", problem),
    };
    return formAnswer(visit, { form: SignInForm, page: SignInPage }, props);
  };
  const used = await usePasskey(services, parts, { visit, value, act: "sign-in", userId: "" });
  if (!used.ok) return again(used);
  const { userId, email, id } = used.value;
  const signedIn = await services.door.signIn(visit, {
    ...{ userId, proved: byPasskey, rememberMe: form.get("remember") === "on" },
    isStillProved: (inner) => isThere(inner, id),
  });
  if (!signedIn.ok) return again(isServerError(signedIn) ? signedIn : parts.tools.refuse("passkey_wrong"));
  return arrive(visit, services, { ...signedIn.value, email, next: target ?? homePath, target });
}

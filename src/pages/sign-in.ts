import { SignInForm, SignInPage, type SignInProps } from "../../views/sign-in";
import { credentials } from "../guard/fields";
import { problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther, withCookies } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { days } from "../time";
import { arrive, journeysEnd, keepJourney, takeTimeZone, typedEmail } from "./journey";
import { addressesOf } from "./confirm-email";
import { homePath, onForm, rawBody, routesOf, type MadePart, type PageServices } from "./services";

/** `/sign-in`: the form, without a look at the database unless the visitor brings a cookie; and the act. */
export function signInPage(services: PageServices, parts: readonly MakePart[] = []) {
  const own = { ...services, partsOf: (...about: Parameters<MakePart>) => parts.map((part) => part(...about)) };
  return routesOf("sign-in")
    .get("/sign-in", ({ visit }) => show(visit, own))
    .post(
      "/sign-in",
      onForm(services, (visit, form) => signIn(visit, form, own)),
      rawBody,
    );
}

/** Makes what a capability adds to the page. */
type MakePart = (visit: Visit, returnTo?: string) => MadePart;

const cookiesOf = (parts: readonly MadePart[]) => parts.flatMap(({ cookies = [] }) => cookies);

interface SignInServices extends PageServices {
  partsOf(...about: Parameters<MakePart>): MadePart[];
}

const notices = [
  ...(["signed_up", "signed_out", "session_over", "session_over_kept", "email_verified", "confirm_email"] as const),
  ...(["password_reset", "deletion_asked", "step_over", "passkey_needed"] as const),
];

/** How long somebody may stay signed in, in days. */
const keptDays = ({ config }: PageServices) => Math.round(config.sessions.longestSeconds / days);

async function show(visit: Visit, services: SignInServices) {
  const { frame, returnTo, partsOf } = services;
  const notice = noticeIn(visit.request, notices);
  if (await visit.signedIn())
    return seeOther(visit, returnTo(visit) ?? (notice ? `${homePath}?notice=${notice}` : homePath));
  const email = typedEmail(visit, services);
  const state = { values: { email }, remember: true };
  const target = journeysEnd(visit, services);
  const parts = partsOf(visit, target);
  const switching = notice === "confirm_email" ? await addressesOf(services, target) : undefined;
  const about = { returnTo: target, notice, switching, keptDays: keptDays(services), parts };
  return page(SignInPage({ frame: frame(visit), state, ...about }), { cookies: cookiesOf(parts) });
}

async function signIn(visit: Visit, form: Form, services: SignInServices) {
  const { frame, door, partsOf } = services;
  const target = journeysEnd(visit, services, form);
  const zone = takeTimeZone(visit, form, services);
  const values = { email: form.get("email") };
  const remember = form.get("remember") === "on";
  const views = { form: SignInForm, page: SignInPage };
  const again = (state: Partial<SignInProps["state"]>) =>
    formAnswer(visit, views, {
      ...{ frame: frame(visit), returnTo: target, keptDays: keptDays(services), parts: partsOf(visit, target) },
      state: { values, remember, ...state },
    });

  const typed = credentials.safeParse({ ...values, password: form.get("password") });
  if (!typed.success) return again(problemsByField(typed.error));
  const signedIn = await door.submit(visit, "/sign-in/email", { ...typed.data, rememberMe: remember });
  if (!signedIn.ok) {
    const answer = await again(problemAt("form", signedIn));
    // The next page, for a new password or another account, finds the address filled in.
    return signedIn.problem === "wrong_credentials" ? withCookies(answer, keepJourney(services, typed.data)) : answer;
  }
  const cookies = [...signedIn.value.cookies, ...zone];
  return arrive(visit, services, {
    ...signedIn.value,
    cookies,
    email: typed.data.email,
    next: target ?? homePath,
    target,
  });
}

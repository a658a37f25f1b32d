import { SignInForm, SignInPage, type SignInProps } from "../../views/sign-in";
import { credentials } from "../guard/fields";
import { problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther, withCookies } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { days } from "../time";
import { arrive, journeysEnd, keepJourney, takeTimeZone, typedEmail } from "./journey";
import { addressesOf } from "./confirm-email";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** `/sign-in`: the form, without a look at the database unless the visitor brings a cookie; and the act. */
export const signInPage = (services: PageServices) =>
  routesOf("sign-in")
    .get("/sign-in", ({ visit }) => show(visit, services))
    .post(
      "/sign-in",
      onForm(services, (visit, form) => signIn(visit, form, services)),
      rawBody,
    );

const notices = [
  ...(["signed_up", "signed_out", "session_over", "session_over_kept", "email_verified", "confirm_email"] as const),
  ...(["password_reset", "deletion_asked", "step_over", "passkey_needed"] as const),
];

/** How long somebody may stay signed in, in days. */
const keptDays = ({ config }: PageServices) => Math.round(config.sessions.longestSeconds / days);

async function show(visit: Visit, services: PageServices) {
  const { frame, returnTo, waysIn } = services;
  const notice = noticeIn(visit.request, notices);
  if (await visit.signedIn())
    return seeOther(visit, returnTo(visit) ?? (notice ? `${homePath}?notice=${notice}` : homePath));
  const email = typedEmail(visit, services);
  const state = { values: { email }, remember: true };
  const target = journeysEnd(visit, services);
  const parts = waysIn(visit, target);
  const switching = notice === "confirm_email" ? await addressesOf(services, target) : undefined;
  const about = { returnTo: target, notice, switching, keptDays: keptDays(services), parts };
  return page(SignInPage({ frame: frame(visit), state, ...about }), {
    cookies: parts.flatMap(({ cookies = [] }) => cookies),
  });
}

async function signIn(visit: Visit, form: Form, services: PageServices) {
  const { frame, door, waysIn } = services;
  const target = journeysEnd(visit, services, form);
  const zone = takeTimeZone(visit, form, services);
  const values = { email: form.get("email") };
  const remember = form.get("remember") === "on";
  const views = { form: SignInForm, page: SignInPage };
  const again = (state: Partial<SignInProps["state"]>) =>
    formAnswer(visit, views, {
      ...{ frame: frame(visit), returnTo: target, keptDays: keptDays(services), parts: waysIn(visit, target) },
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
  const arrived = { ...signedIn.value, email: typed.data.email, next: target ?? homePath, target };
  return withCookies(await arrive(visit, services, arrived), zone);
}

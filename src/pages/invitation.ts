import { HasAccountPage, InvitationForm, InvitationPage, type InvitationProps } from "../../views/invitation";
import { acceptInvitation, lookAtInvitation } from "../account/accept-invitation";
import { byMailedLink } from "../account/sessions";
import { newAccount } from "../guard/fields";
import { problemsByField, type Form } from "../http/form";
import { formAnswer, inPlaceOfPage, page, seeOther, withCookies } from "../http/html";
import type { Visit } from "../http/visit";
import { takeDraft } from "./draft";
import { arrive, journeysEnd, keepJourney, takeTimeZone } from "./journey";
import { deadLink, tokenIn } from "./link";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** `/invitation`: an invited person makes their account. Opening it, as mail scanners do, changes nothing. */
export const invitationPage = (services: PageServices) =>
  routesOf("invitation")
    .get("/invitation", ({ visit }) => show(visit, tokenIn(visit), services))
    .post(
      "/invitation",
      onForm(services, (visit, form) => accept(visit, form, services)),
      rawBody,
    );

async function show(visit: Visit, token: string, services: PageServices): Promise<Response> {
  const invited = await lookAtInvitation(services.database.orm, token);
  if (!invited) return deadLink(visit, services, "invitation");
  const { email, hasAccount } = invited;
  const frame = services.frame(visit);
  const { typed, cookies } = takeDraft(visit, services);
  if (!hasAccount) return page(InvitationPage({ frame, token, email, state: { values: typed } }), { cookies });
  return inPlaceOfPage(
    visit,
    await page(HasAccountPage({ frame, email }), { cookies: keepJourney(services, invited) }),
  );
}

async function accept(visit: Visit, form: Form, services: PageServices): Promise<Response> {
  const token = form.get("token");
  const invited = await lookAtInvitation(services.database.orm, token);
  if (!invited || invited.hasAccount) return show(visit, token, services);
  const { email } = invited;
  const zone = takeTimeZone(visit, form, services);
  const values = { name: form.get("name") };
  const again = (state: InvitationProps["state"]) => {
    const props = { frame: services.frame(visit), token, email, state: { values, ...state } };
    return formAnswer(visit, { form: InvitationForm, page: InvitationPage }, props);
  };
  const chosen = { ...values, email, password: form.get("password") };
  const typed = await newAccount(services, visit).safeParseAsync(chosen);
  if (!typed.success) return again(problemsByField(typed.error));
  const { name, password } = typed.data;
  const accepted = await acceptInvitation(services, visit, { token, name, password });
  if (!accepted.ok) return show(visit, token, services);
  const { userId, isStillProved } = accepted.value;
  const signedIn = await services.door.signIn(visit, { userId, isStillProved, proved: byMailedLink, rememberMe: true });
  if (!signedIn.ok) return seeOther(visit, "/sign-in?notice=signed_up", keepJourney(services, { email }));
  const target = journeysEnd(visit, services);
  const arrived = { ...signedIn.value, email, next: target ?? homePath, target };
  return withCookies(await arrive(visit, services, arrived), zone);
}

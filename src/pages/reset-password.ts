import { ResetPasswordForm, ResetPasswordPage, type ResetPasswordProps } from "../../views/reset-password";
import { needsMoreThanMail, waysOf } from "../account/other-ways";
import { ownerOfResetLink, resetPassword } from "../account/recover";
import { byMailedLink } from "../account/sessions";
import { passwordReset } from "../guard/fields";
import { problemAt, problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { arrive, journeysEnd, keepJourney } from "./journey";
import { deadLink, tokenIn } from "./link";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** Where a new password is chosen with a token. */
export const resetPath = (token: string, notice?: "email_undone"): string =>
  `/reset-password?token=${token}${notice ? `&notice=${notice}` : ""}`;

/** `/reset-password`: a new password, with the link from a mail. */
export function resetPasswordPage(services: PageServices) {
  return routesOf("reset-password")
    .get("/reset-password", async ({ visit }) => {
      const token = tokenIn(visit);
      const owner = await ownerOfResetLink(services, token);
      if (!owner) return deadLink(visit, services, "reset");
      const more = await viewsOf(visit, services, owner.userId);
      const props = { frame: services.frame(visit), token, ...owner, more, state: {} };
      return page(ResetPasswordPage({ ...props, notice: noticeOf(visit) }));
    })
    .post(
      "/reset-password",
      onForm(services, (visit, form) => reset(visit, form, services)),
      rawBody,
    );
}

const noticeOf = ({ request }: Visit) => noticeIn(request, ["email_undone"]);

/** Where the link is not enough: what the user's other ways add to the form. */
async function viewsOf(visit: Visit, services: PageServices, userId: string): Promise<JSX.Element[]> {
  const { orm } = services.database;
  const about = { userId, ways: services.ways };
  if (!(await needsMoreThanMail(orm, about))) return [];
  return (await waysOf(orm, about)).map(({ view }) => view(services, visit));
}

async function reset(visit: Visit, form: Form, services: PageServices) {
  const { frame } = services;
  const token = form.get("token");
  const owner = await ownerOfResetLink(services, token);
  if (!owner) return deadLink(visit, services, "reset");
  const views = { form: ResetPasswordForm, page: ResetPasswordPage };
  const again = async (state: ResetPasswordProps["state"]) => {
    const more = await viewsOf(visit, services, owner.userId);
    return formAnswer(visit, views, { frame: frame(visit), token, ...owner, more, state });
  };

  const typed = await passwordReset(owner, services, visit).safeParseAsync({ password: form.get("password") });
  if (!typed.success) return again(problemsByField(typed.error));
  const { password } = typed.data;
  const { email, userId } = owner;
  const given = (field: string) => form.get(field);
  const done = await resetPassword(services, visit, { token, password, email, userId, ways: services.ways, given });
  if (!done.ok)
    return done.problem === "link_dead" ? deadLink(visit, services, "reset") : again(problemAt("form", done));
  const { proved = byMailedLink, ...toSignIn } = done.value;
  const signedIn = await services.door.signIn(visit, { ...toSignIn, proved, rememberMe: true });
  // The password is saved all the same: it signs in as soon as that is possible.
  if (!signedIn.ok) return seeOther(visit, "/sign-in?notice=password_reset", keepJourney(services, owner));
  const target = journeysEnd(visit, services);
  const next = target ?? `${homePath}?notice=password_changed`;
  return arrive(visit, services, { ...signedIn.value, email, next, target });
}

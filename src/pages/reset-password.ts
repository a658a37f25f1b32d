import { ResetPasswordForm, ResetPasswordPage, type ResetPasswordProps } from "../../views/reset-password";
import { ownerOfResetLink, resetPassword } from "../account/recover";
import { passwordReset } from "../guard/fields";
import { problemsByField, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { noticeIn } from "../http/return-to";
import type { Visit } from "../http/visit";
import { arrive, journeysEnd, keepJourney } from "./journey";
import { deadLink, tokenIn } from "./link";
import { homePath, onForm, rawBody, routesOf, type PageServices } from "./services";

/** Where a new password is chosen with a token. */
export const resetPath = (token: string, notice?: "email_undone"): string =>
  `/reset-password?token=${token}${notice ? `&notice=${notice}` : ""}`;

/** Whoever reads the mail chooses the password: what both prove is one factor, and a second one is still asked for. */
const byLink = { factors: 1, methods: ["link"] } as const;

/** `/reset-password`: a new password, with the link from a mail. */
export function resetPasswordPage(services: PageServices) {
  return routesOf("reset-password")
    .get("/reset-password", async ({ visit }) => {
      const token = tokenIn(visit);
      const owner = await ownerOfResetLink(services, token);
      return owner
        ? page(ResetPasswordPage({ frame: services.frame(visit), token, ...owner, state: {}, notice: noticeOf(visit) }))
        : deadLink(visit, services, "reset");
    })
    .post(
      "/reset-password",
      onForm(services, (visit, form) => reset(visit, form, services)),
      rawBody,
    );
}

const noticeOf = ({ request }: Visit) => noticeIn(request, ["email_undone"]);

async function reset(visit: Visit, form: Form, services: PageServices) {
  const { config, frame, strength } = services;
  const token = form.get("token");
  const owner = await ownerOfResetLink(services, token);
  if (!owner) return deadLink(visit, services, "reset");
  const views = { form: ResetPasswordForm, page: ResetPasswordPage };
  const again = (state: ResetPasswordProps["state"]) =>
    formAnswer(visit, views, { frame: frame(visit), token, ...owner, state });

  const typed = await passwordReset({ ...owner, brand: config.brand.name }, strength).safeParseAsync({
    password: form.get("password"),
  });
  if (!typed.success) return again(problemsByField(typed.error));
  const { password } = typed.data;
  const { email } = owner;
  const done = await resetPassword(services, visit, { token, password, email });
  if (!done.ok) return deadLink(visit, services, "reset");
  const signedIn = await services.door.signIn(visit, { ...done.value, proved: byLink, rememberMe: true });
  // The password is saved all the same: it signs in as soon as that is possible.
  if (!signedIn.ok) return seeOther(visit, "/sign-in?notice=password_reset", keepJourney(services, owner));
  const target = journeysEnd(visit, services);
  const next = target ?? `${homePath}?notice=password_changed`;
  return arrive(visit, services, { ...signedIn.value, email, next, target });
}

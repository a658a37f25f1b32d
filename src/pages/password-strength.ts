import { PasswordHint, PasswordStrength } from "../../views/password-strength";
import { longestEmail } from "../guard/email-address";
import { longestName, newPassword, strengthOf } from "../guard/fields";
import { strengthLimits } from "../guard/throttle";
import { firstProblem, type Form } from "../http/form";
import { fragment } from "../http/html";
import type { Visit } from "../http/visit";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

/** `/password-strength`: what the pages ask while a new password is typed. Nothing of it is kept or logged. */
export function passwordStrengthPage(services: PageServices) {
  return routesOf("password-strength").post(
    "/password-strength",
    onForm(services, (visit, form) => answer(visit, form, services)),
    rawBody,
  );
}

async function answer(visit: Visit, form: Form, services: PageServices) {
  const { answerProblem, throttle } = services;
  const { words } = visit;
  if (form.get("password") === "") return fragment(PasswordHint({ words }));
  const taken = await throttle.take(strengthLimits(visit));
  if (!taken.ok) return answerProblem(visit, taken);
  const typed = newPassword.safeParse(form.get("password"));
  if (!typed.success) return fragment(PasswordStrength({ words, score: 0, ...firstProblem(typed.error) }));
  const signedIn = await visit.signedIn();
  const { name, email } = signedIn?.user ?? typedOwner(form);
  const { score, weakness } = await strengthOf({ password: typed.data, name, email }, services, visit);
  return fragment(PasswordStrength({ words, score, problem: weakness }));
}

/**
 * Whose password it is, as far as it was typed, and no more of it than would be accepted. Forms whose address is known
 * already call it `username`.
 */
const typedOwner = (form: Form) => ({
  name: [...form.get("name")].slice(0, longestName).join(""),
  email: (form.get("email") || form.get("username")).slice(0, longestEmail).toLowerCase(),
});

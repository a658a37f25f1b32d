import { Elysia } from "elysia";
import { PasswordHint, PasswordStrength } from "../../views/password-strength";
import { newPassword, strengthOf } from "../guard/fields";
import { strengthLimits } from "../guard/throttle";
import { clientOf } from "../http/client";
import { firstProblem, readForm, type Form } from "../http/form";
import { fragment } from "../http/html";
import type { PageNeeds } from "./needs";

/** `/password-strength`: what the pages ask while a new password is typed. Nothing of it is kept or logged. */
export function passwordStrengthPage(needs: PageNeeds) {
  return new Elysia({ name: "page/password-strength" }).post(
    "/password-strength",
    ({ request }) => answer(request, needs),
    { parse: "none" },
  );
}

async function answer(request: Request, { config, frame, check, account, answerProblem }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const { words } = frame(request);
  if (form.get("password") === "") return fragment(PasswordHint({ words }));
  const held = await account.throttle.take(strengthLimits(clientOf(request.headers)));
  if (held) return answerProblem(request, held);
  const typed = newPassword.safeParse(form.get("password"));
  if (!typed.success) return fragment(PasswordStrength({ words, score: 0, ...firstProblem(typed.error) }));
  const signedIn = await check(request.headers.get("cookie"));
  const { name, email } = signedIn?.user ?? typedOwner(form);
  const { score, weakness } = await strengthOf({
    ...{ password: typed.data, strength: account.strength },
    ...{ name, email, brand: config.brand.name },
  });
  return fragment(PasswordStrength({ words, score, problem: weakness }));
}

/**
 * Whose password it is, as far as it was typed, and no more of it than would be accepted. Forms whose address is known
 * already call it `username`.
 */
const typedOwner = (form: Form) => ({
  name: form.get("name").slice(0, 100),
  email: (form.get("email") || form.get("username")).slice(0, 254).toLowerCase(),
});

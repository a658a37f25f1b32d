import { Elysia } from "elysia";
import { ResetPasswordForm, ResetPasswordPage, type ResetPasswordProps } from "../../views/reset-password";
import { deviceOf } from "../account/devices";
import { ownerOfResetLink, resetPassword } from "../account/recover";
import { clientOf } from "../http/client";
import { passwordReset } from "../guard/fields";
import { problemsByField, readForm } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { deadLink, tokenIn } from "./link";
import type { PageNeeds } from "./needs";

/** Where a new password is chosen with a token. */
export const resetPath = (token: string): string => `/reset-password?token=${token}`;

/** `/reset-password`: a new password, with the link from a mail. */
export function resetPasswordPage(needs: PageNeeds) {
  const { frame, account } = needs;
  return new Elysia({ name: "page/reset-password" })
    .get("/reset-password", async ({ request }) => {
      const token = tokenIn(request);
      const owner = await ownerOfResetLink(account, token);
      return owner
        ? page(ResetPasswordPage({ frame: frame(request), token, ...owner, state: {} }))
        : deadLink(request, frame(request), "reset");
    })
    .post("/reset-password", ({ request }) => reset(request, needs), { parse: "none" });
}

async function reset(request: Request, { config, frame, account, answerProblem }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const token = form.get("token");
  const owner = await ownerOfResetLink(account, token);
  if (!owner) return deadLink(request, frame(request), "reset");
  const views = { form: ResetPasswordForm, page: ResetPasswordPage };
  const again = (state: ResetPasswordProps["state"], status: number) =>
    formAnswer(request, views, { frame: frame(request), token, ...owner, state }, status);

  const typed = await passwordReset({ ...owner, brand: config.brand.name }, account.strength).safeParseAsync({
    password: form.get("password"),
  });
  if (!typed.success) return again({ problems: problemsByField(typed.error) }, 422);
  const device = deviceOf(request.headers, account);
  const done = await resetPassword(
    account,
    { token, password: typed.data.password, email: owner.email },
    clientOf(request.headers),
    device,
  );
  if (!done) return deadLink(request, frame(request), "reset");
  return seeOther(request, "/sign-in?notice=password_reset", device.cookie ? [device.cookie] : []);
}

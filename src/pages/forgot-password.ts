import { Elysia } from "elysia";
import { ForgotPasswordForm, ForgotPasswordPage, type ForgotPasswordProps } from "../../views/forgot-password";
import { orderMail } from "../account/verify";
import { noticeIn } from "../http/return-to";
import { clientOf } from "../http/client";
import { typedEmailCookie, readCookie, setCookie } from "../http/cookies";
import { email } from "../guard/fields";
import { firstProblem, readForm } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import type { PageNeeds } from "./needs";

/** `/forgot-password`: a link for a new password is sent to an address. The answer is the same whether anybody has it. */
export function forgotPasswordPage(needs: PageNeeds) {
  const { config, frame } = needs;
  return new Elysia({ name: "page/forgot-password" })
    .get("/forgot-password", ({ request }) => {
      const values = { email: readCookie(typedEmailCookie, request.headers, config) };
      return page(
        ForgotPasswordPage({ frame: frame(request), state: { values }, notice: noticeIn(request, ["reset_asked"]) }),
      );
    })
    .post("/forgot-password", ({ request }) => ask(request, needs), { parse: "none" });
}

async function ask(request: Request, { config, frame, account, answerProblem }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const views = { form: ForgotPasswordForm, page: ForgotPasswordPage };
  const again = (state: ForgotPasswordProps["state"], status: number) =>
    formAnswer(
      request,
      views,
      { frame: frame(request), state: { values: { email: form.get("email") }, ...state } },
      status,
    );

  const typed = email.safeParse(form.get("email"));
  if (!typed.success) return again({ problems: { email: firstProblem(typed.error).problem } }, 422);
  const refused = await orderMail(account, { kind: "reset", email: typed.data }, clientOf(request.headers));
  if (refused)
    return again(
      { problems: { form: refused.problem }, retryAfterSeconds: refused.retryAfterSeconds },
      statusOf[refused.problem],
    );
  return seeOther(request, "/forgot-password?notice=reset_asked", [setCookie(typedEmailCookie, typed.data, config)]);
}

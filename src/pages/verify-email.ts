import { Elysia } from "elysia";
import { withReturnTo } from "../../views/kit";
import { ResendForm, VerifyEmailForm, VerifyEmailPage, type VerifyEmailProps } from "../../views/verify-email";
import { deviceOf } from "../account/devices";
import { orderMail, verifyByCode, verifyByLink } from "../account/verify";
import { noticeIn } from "../http/return-to";
import { clientOf } from "../http/client";
import { typedEmailCookie, readCookie, setCookie } from "../http/cookies";
import { email, emailAndCode } from "../guard/fields";
import { firstProblem, problemsByField, readForm, type Form } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import { homePath, type PageNeeds } from "./needs";
import { resetPath } from "./reset-password";

/** `/verify-email`: an address is confirmed, by the link in a mail or by its six digits; or another mail is asked for. */
export function verifyEmailPage(needs: PageNeeds) {
  const link: Link = {
    path: "/verify-email",
    purpose: "verify",
    words: ({ verify: words }) => ({ ...words, text: words.byLink }),
    async act(token, client, headers) {
      const proved = await verifyByLink(needs.account, token, { client, device: deviceOf(headers, needs.account) });
      if ("problem" in proved) return proved;
      return proved.resetToken ? resetPath(proved.resetToken) : "/sign-in?notice=email_verified";
    },
  };
  return new Elysia({ name: "page/verify-email" })
    .get("/verify-email", ({ request }) => (tokenIn(request) ? showLink(request, needs, link) : show(request, needs)))
    .post("/verify-email", ({ request }) => act(request, needs, link), { parse: "none" });
}

async function show(request: Request, { config, frame, check, returnTo }: PageNeeds) {
  const signedIn = await check(request.headers.get("cookie"));
  const target = returnTo(request);
  if (signedIn?.user.emailVerified) return seeOther(request, target ?? homePath);
  const values = { email: signedIn?.user.email ?? readCookie(typedEmailCookie, request.headers, config) };
  return page(
    VerifyEmailPage({
      frame: frame(request),
      state: { values },
      returnTo: target,
      canSignIn: !signedIn,
      notice: noticeIn(request, ["mail_sent"]),
    }),
  );
}

async function act(request: Request, needs: PageNeeds, link: Link) {
  const form = await readForm(request, needs.config.origin);
  if ("problem" in form) return needs.answerProblem(request, form);
  if (form.has("token")) return actOnLink(request, needs, link, form);
  return form.get("resend") === "on" ? resend(request, form, needs) : verify(request, form, needs);
}

async function verify(request: Request, form: Form, { account, check, frame, returnTo }: PageNeeds) {
  const target = returnTo(request, form);
  const signedIn = await check(request.headers.get("cookie"));
  const values = { email: form.get("email"), code: form.get("code") };
  const views = { form: VerifyEmailForm, page: VerifyEmailPage };
  const again = (state: VerifyEmailProps["state"], status: number) =>
    formAnswer(
      request,
      views,
      { frame: frame(request), returnTo: target, canSignIn: !signedIn, state: { values, ...state } },
      status,
    );

  const typed = emailAndCode.safeParse(values);
  if (!typed.success) return again({ problems: problemsByField(typed.error) }, 422);
  const shown = { client: clientOf(request.headers), device: deviceOf(request.headers, account) };
  const refused = await verifyByCode(account, typed.data, shown);
  if (refused) {
    const at = refused.problem === "code_wrong" ? "code" : "form";
    return again(
      { problems: { [at]: refused.problem }, retryAfterSeconds: refused.retryAfterSeconds },
      statusOf[refused.problem],
    );
  }
  return seeOther(
    request,
    signedIn ? (target ?? `${homePath}?notice=email_verified`) : withReturnTo("/sign-in?notice=email_verified", target),
  );
}

async function resend(request: Request, form: Form, { account, check, config, frame, returnTo }: PageNeeds) {
  const target = returnTo(request, form);
  const signedIn = await check(request.headers.get("cookie"));
  const values = { email: form.get("email") };
  const views = { form: ResendForm, page: VerifyEmailPage };
  const again = (state: VerifyEmailProps["state"], status: number) =>
    formAnswer(
      request,
      views,
      { frame: frame(request), returnTo: target, canSignIn: !signedIn, state: { values, ...state } },
      status,
    );

  const typed = email.safeParse(values.email);
  if (!typed.success) return again({ values: {}, problems: { email: firstProblem(typed.error).problem } }, 422);
  const refused = await orderMail(
    account,
    { kind: "verify", email: typed.data, device: deviceOf(request.headers, account) },
    clientOf(request.headers),
  );
  if (refused)
    return again(
      { problems: { form: refused.problem }, retryAfterSeconds: refused.retryAfterSeconds },
      statusOf[refused.problem],
    );
  return seeOther(request, withReturnTo("/verify-email?notice=mail_sent", target), [
    setCookie(typedEmailCookie, typed.data, config),
  ]);
}

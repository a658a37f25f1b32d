import { Elysia } from "elysia";
import { SignInForm, SignInPage, type SignInProps } from "../../views/sign-in";
import { isToBeDeleted } from "../account/deletion";
import { noticeIn } from "../http/return-to";
import { typedEmailCookie, readCookie, setCookie } from "../http/cookies";
import { credentials } from "../guard/fields";
import { problemsByField, readForm } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import { homePath, type PageNeeds } from "./needs";

/** `/sign-in`: the form, without a look at the database unless the visitor brings a cookie; and the act. */
export function signInPage(needs: PageNeeds) {
  const { config, frame, check, returnTo } = needs;
  return new Elysia({ name: "page/sign-in" })
    .get("/sign-in", async ({ request }) => {
      const target = returnTo(request);
      const notice = noticeIn(request, [
        "signed_up",
        "signed_out",
        "email_verified",
        "password_reset",
        "deletion_asked",
      ]);
      if (await check(request.headers.get("cookie")))
        return seeOther(request, target ?? (notice ? `${homePath}?notice=${notice}` : homePath));
      const values = { email: readCookie(typedEmailCookie, request.headers, config) };
      return page(SignInPage({ frame: frame(request), state: { values, remember: true }, returnTo: target, notice }));
    })
    .post("/sign-in", ({ request }) => signIn(request, needs), { parse: "none" });
}

async function signIn(request: Request, { config, frame, door, account, answerProblem, returnTo }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const target = returnTo(request, form);
  const values = { email: form.get("email") };
  const remember = form.get("remember") === "on";
  const views = { form: SignInForm, page: SignInPage };
  const again = (state: Partial<SignInProps["state"]>, status: number) =>
    formAnswer(
      request,
      views,
      { frame: frame(request), returnTo: target, state: { values, remember, ...state } },
      status,
    );

  const typed = credentials.safeParse({ ...values, password: form.get("password") });
  if (!typed.success) return again({ problems: problemsByField(typed.error) }, 422);
  const signedIn = await door.submit(request, "/sign-in/email", { ...typed.data, rememberMe: remember });
  if (!signedIn.done)
    return again(
      { problems: { form: signedIn.problem }, retryAfterSeconds: signedIn.retryAfterSeconds },
      statusOf[signedIn.problem],
    );
  // Then that is to be decided first. Signed in is signed in: should this not be known now, the account page asks again.
  const closing = await isToBeDeleted(account.database, typed.data.email).catch(() => false);
  return seeOther(request, closing ? "/account/delete" : (target ?? homePath), [
    ...signedIn.cookies,
    setCookie(typedEmailCookie, "", config),
  ]);
}

import { Elysia } from "elysia";
import { withReturnTo } from "../../views/kit";
import { SignUpForm, SignUpPage, type SignUpProps } from "../../views/sign-up";
import { deviceOf } from "../account/devices";
import { typedEmailCookie, setCookie } from "../http/cookies";
import { newAccount } from "../guard/fields";
import { problemsByField, readForm } from "../http/form";
import { formAnswer, page, seeOther } from "../http/html";
import { statusOf } from "../http/problem";
import { homePath, type PageNeeds } from "./needs";

/** `/sign-up`: makes an account. The answer is the same whether the address had one already. */
export function signUpPage(needs: PageNeeds) {
  const { account, frame, check, returnTo } = needs;
  return new Elysia({ name: "page/sign-up" })
    .get("/sign-up", async ({ request }) => {
      const target = returnTo(request);
      if (await check(request.headers.get("cookie"))) return seeOther(request, target ?? homePath);
      const { cookie } = deviceOf(request.headers, account); // with the form, so that a double click comes from one browser
      return page(SignUpPage({ frame: frame(request), state: {}, returnTo: target }), {
        cookies: cookie ? [cookie] : [],
      });
    })
    .post("/sign-up", ({ request }) => signUp(request, needs), { parse: "none" });
}

async function signUp(request: Request, { account, config, frame, door, answerProblem, returnTo }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const target = returnTo(request, form);
  const values = { name: form.get("name"), email: form.get("email") };
  const views = { form: SignUpForm, page: SignUpPage };
  const again = (state: SignUpProps["state"], status: number) =>
    formAnswer(request, views, { frame: frame(request), returnTo: target, state: { values, ...state } }, status);

  const typed = await newAccount(config.brand.name, account.strength).safeParseAsync({
    ...values,
    password: form.get("password"),
  });
  if (!typed.success) return again({ problems: problemsByField(typed.error) }, 422);
  const { name, email, password } = typed.data;
  const signedUp = await door.submit(request, "/sign-up/email", { name, email, password });
  if (!signedUp.done)
    return again(
      { problems: { form: signedUp.problem }, retryAfterSeconds: signedUp.retryAfterSeconds },
      statusOf[signedUp.problem],
    );
  const next = config.mail.isOn ? "/verify-email" : "/sign-in?notice=signed_up";
  return seeOther(request, withReturnTo(next, target), [
    setCookie(typedEmailCookie, email, config),
    ...signedUp.cookies,
  ]);
}

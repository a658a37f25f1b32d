import { Elysia } from "elysia";
import { AccountPasswordForm, AccountPasswordPage, type AccountPasswordProps } from "../../../views/account-password";
import { changePassword } from "../../account/change-password";
import { deviceOf } from "../../account/devices";
import { noticeIn } from "../../http/return-to";
import { passwordChange } from "../../guard/fields";
import { problemsByField } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import { statusOf } from "../../http/problem";
import type { PageNeeds } from "../needs";
import { forOwner, readAct } from "./act";

const path = "/account/password";

/** `/account/password`: a new one for whoever knows the current one; other devices are signed out unless told otherwise. */
export function passwordPage(needs: PageNeeds) {
  const { frame } = needs;
  return new Elysia({ name: "page/account/password" })
    .get("/.well-known/change-password", ({ request }) => seeOther(request, path)) // https://w3c.github.io/webappsec-change-password-url/
    .get(
      path,
      forOwner(needs, async (request, signedIn) => {
        const { email } = signedIn.user;
        return page(
          AccountPasswordPage({
            frame: frame(request),
            email,
            state: { signOutOthers: true },
            notice: noticeIn(request, ["password_changed"]),
          }),
        );
      }),
    )
    .post(path, ({ request }) => savePassword(request, needs), { parse: "none" });
}

async function savePassword(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const { form, signedIn, client } = act;
  const { user, session } = signedIn;
  const signOutOthers = form.get("others") === "on";
  const views = { form: AccountPasswordForm, page: AccountPasswordPage };
  const again = (state: Partial<AccountPasswordProps["state"]>, status: number) =>
    formAnswer(
      request,
      views,
      { frame: needs.frame(request), email: user.email, state: { signOutOthers, ...state } },
      status,
    );

  const { strength } = needs.account;
  const typed = await passwordChange({ ...user, brand: needs.config.brand.name }, strength).safeParseAsync({
    current: form.get("current"),
    password: form.get("password"),
  });
  if (!typed.success) return again({ problems: problemsByField(typed.error) }, 422);
  const { current, password } = typed.data;
  const change = { userId: user.id, email: user.email, sessionId: session.id, current, next: password, signOutOthers };
  const refused = await changePassword(needs.account, change, client, deviceOf(request.headers, needs.account));
  if (refused) {
    const at =
      refused.problem === "password_wrong" ? "current" : refused.problem === "password_same" ? "password" : "form";
    return again(
      { problems: { [at]: refused.problem }, retryAfterSeconds: refused.retryAfterSeconds },
      statusOf[refused.problem],
    );
  }
  // A proof like any other: it gives a new session, and whoever had a copy of the old one's cookie is out.
  const renewed = await needs.door.submit(request, "/sign-in/email", {
    email: user.email,
    password,
    rememberMe: needs.door.isRemembered(request, session),
  });
  return seeOther(request, `${path}?notice=password_changed`, renewed.done ? renewed.cookies : []);
}

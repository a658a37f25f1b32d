import { AccountPasswordForm, AccountPasswordPage, type AccountPasswordProps } from "../../../views/account-password";
import { changePassword } from "../../account/change-password";
import { deviceOf } from "../../account/devices";
import { passwordChange } from "../../guard/fields";
import { problemAt, problemsByField } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { ProblemCode } from "../../http/problem";
import { noticeIn } from "../../http/return-to";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, signInFirst, type OwnerPost } from "./owner";

const path = "/account/password";

/**
 * `/account/password`: a new one for whoever knows the current one; other devices are signed out unless told
 * otherwise.
 */
export function passwordPage(services: PageServices) {
  const { frame } = services;
  return (
    routesOf("account/password")
      // https://w3c.github.io/webappsec-change-password-url/
      .get("/.well-known/change-password", ({ visit }) => seeOther(visit, path))
      .get(
        path,
        forOwner((visit, { user: { email } }) => {
          const notice = noticeIn(visit.request, ["password_changed"]);
          return page(AccountPasswordPage({ frame: frame(visit), email, state: { signOutOthers: true }, notice }));
        }),
      )
      .post(
        path,
        onOwnerForm(services, (post) => savePassword(post, services)),
        rawBody,
      )
  );
}

/** The field that a refusal is shown at. */
const fieldOf: Partial<Record<ProblemCode, string>> = { password_wrong: "current", password_same: "password" };

async function savePassword({ visit, form, signedIn, current }: OwnerPost, services: PageServices) {
  const { user } = signedIn;
  const { config, frame, door, strength } = services;
  const signOutOthers = form.get("others") === "on";
  const views = { form: AccountPasswordForm, page: AccountPasswordPage };
  const again = (state: Partial<AccountPasswordProps["state"]>) =>
    formAnswer(visit, views, { frame: frame(visit), email: user.email, state: { signOutOthers, ...state } });

  const typed = await passwordChange({ ...user, brand: config.brand.name }, strength).safeParseAsync({
    current: form.get("current"),
    password: form.get("password"),
  });
  if (!typed.success) return again(problemsByField(typed.error));
  const { current: oldPassword, password: newPassword } = typed.data;
  const change = { current, email: user.email, oldPassword, newPassword, signOutOthers };
  const changed = await changePassword(services, visit, change);
  if (!changed.ok && changed.problem === "signed_out") return signInFirst(visit);
  if (!changed.ok) return again(problemAt(fieldOf[changed.problem] ?? "form", changed));
  const { cookie } = deviceOf(visit, services);
  const cookies = [...door.cookiesOf(changed.value), ...(cookie ? [cookie] : [])];
  return seeOther(visit, `${path}?notice=password_changed`, cookies);
}

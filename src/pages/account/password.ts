import {
  AccountPasswordForm,
  AccountPasswordPage,
  RemovePasswordForm,
  type AccountPasswordProps,
} from "../../../views/account-password";
import { changePassword } from "../../account/change-password";
import { hasEnough, isConfirmed, type Lacking } from "../../account/other-ways";
import { removePassword } from "../../account/remove-password";
import { hasPassword } from "../../account/statements";
import { passwordChange } from "../../guard/fields";
import { problemAt, problemsByField } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { ProblemCode } from "../../http/problem";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, handOver, onOwnerForm, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/password";

/**
 * `/account/password`: a new one for whoever knows the current one; other devices are signed out unless told otherwise.
 * Whoever has enough besides can do without one.
 */
export function passwordPage(services: PageServices) {
  return (
    routesOf("account/password")
      // https://w3c.github.io/webappsec-change-password-url/
      .get("/.well-known/change-password", ({ visit }) => seeOther(visit, path))
      .get(
        path,
        forOwner(async (visit, { user }) => {
          const notice = noticeIn(visit.request, ["password_changed", "password_removed"]);
          return page(AccountPasswordPage({ ...(await propsOf(visit, services, user)), notice }));
        }),
      )
      .post(
        path,
        onOwnerForm(services, (post) =>
          post.form.get("remove") === "on" ? dropPassword(post, services) : savePassword(post, services),
        ),
        rawBody,
      )
  );
}

async function propsOf(visit: Visit, services: PageServices, { id, email }: SignedIn["user"]) {
  const { database, frame } = services;
  return {
    ...{ frame: frame(visit), email, state: { signOutOthers: true } },
    hasPassword: await hasPassword(database.orm, id),
    lacking: await lackingOf(visit, services, id),
  };
}

/** What a user still needs to do without a password; undefined where nobody can, because a kind of way is off. */
async function lackingOf(visit: Visit, services: PageServices, userId: string): Promise<Lacking[] | undefined> {
  const { database, outbox, ways } = services;
  const { account } = visit.words;
  const lacking: Lacking[] = [];
  if (!(await isConfirmed(database.orm, userId)))
    lacking.push({ text: account.unverified, href: "/verify-email", label: account.verify });
  for (const role of ["opens", "backs"] as const) {
    const way = ways.find((one) => one.role === role);
    if (!way || !outbox.isOn) return undefined; // without mails no password could be made again
    if (!(await hasEnough(database.orm, { userId, ways, role }))) lacking.push(way.lacking(visit.language));
  }
  return lacking;
}

/** The field that a refusal is shown at. */
const fieldOf: Partial<Record<ProblemCode, string>> = { password_wrong: "current", password_same: "password" };

async function savePassword({ visit, form, signedIn, current }: OwnerPost, services: PageServices) {
  const { user } = signedIn;
  const signOutOthers = form.get("others") === "on";
  const again = async (state: Partial<AccountPasswordProps["state"]>) => {
    const props = { ...(await propsOf(visit, services, user)), state: { signOutOthers, ...state } };
    if (!props.hasPassword) return seeOther(visit, path); // which says how one is made: there is no form for this
    return formAnswer(visit, { form: AccountPasswordForm, page: AccountPasswordPage }, props);
  };

  const typed = await passwordChange(user, services, visit).safeParseAsync({
    current: form.get("current"),
    password: form.get("password"),
  });
  if (!typed.success) return again(problemsByField(typed.error));
  const { current: oldPassword, password: newPassword } = typed.data;
  const change = { current, email: user.email, oldPassword, newPassword, signOutOthers };
  const changed = await changePassword(services, visit, change);
  if (!changed.ok && changed.problem === "signed_out") return signInFirst(visit);
  if (!changed.ok) return again(problemAt(fieldOf[changed.problem] ?? "form", changed));
  handOver(visit, services, changed.value);
  return seeOther(visit, `${path}?notice=password_changed`);
}

async function dropPassword(post: OwnerPost, services: PageServices) {
  const { visit, signedIn } = post;
  const { user } = signedIn;
  const props = await propsOf(visit, services, user);
  if (!props.lacking) return services.answerProblem(visit, { problem: "not_found" });
  const fresh = await requireFreshSignIn(services, post, { fields: ["remove"], purpose: "removePassword" });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const removed = await removePassword(services, visit, { current, email: user.email, ways: services.ways });
  if (!removed.ok && removed.problem === "signed_out") return signInFirst(visit);
  if (!removed.ok) {
    const views = { form: RemovePasswordForm, page: AccountPasswordPage };
    const state = { ...props.state, ...problemAt("form", removed) };
    return formAnswer(visit, views, { ...props, isRemoval: true, state });
  }
  if (removed.value) handOver(visit, services, removed.value);
  return seeOther(visit, `${path}?notice=password_removed`);
}

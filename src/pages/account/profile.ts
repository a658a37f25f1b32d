import { AccountPage, NameForm, type AccountProps } from "../../../views/account";
import { deletionOf } from "../../account/deletion";
import { name } from "../../guard/fields";
import { firstProblem, problemAt } from "../../http/form";
import { formAnswer, fragment, page, seeOther, wantsFragment } from "../../http/html";
import type { Problem } from "../../http/problem";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { homePath, rawBody, routesOf, type PageServices } from "../services";
import { takeDraft } from "./draft";
import { forOwner, onOwnerForm, signInFirst, type OwnerPost } from "./owner";

/** `/account`: who you are here; your name can be changed. Strangers are sent to sign in, and come back. */
export const profilePage = (services: PageServices) =>
  routesOf("account")
    .get(
      homePath,
      forOwner((visit, signedIn) => show(visit, signedIn, services)),
    )
    .post(
      homePath,
      onOwnerForm(services, (post) => saveName(post, services)),
      rawBody,
    );

async function show(visit: Visit, { user: owner }: SignedIn, services: PageServices) {
  const { database, door, frame } = services;
  if (await deletionOf(database, owner.id)) return seeOther(visit, "/account/delete"); // the first thing to decide
  const draft = takeDraft(visit, services);
  const cookies = [...(await door.refresh(visit)), ...draft.cookies]; // a visit keeps the session alive
  const notice = noticeIn(visit.request, ["name_saved", "picture_removed", "email_verified", "deletion_stopped"]);
  return page(AccountPage({ frame: frame(visit), owner, state: { values: { name: draft.typed } }, notice }), {
    cookies,
  });
}

async function saveName({ visit, form, signedIn }: OwnerPost, { door, frame, throttle }: PageServices) {
  const { user: owner } = signedIn;
  const props: Omit<AccountProps, "state"> = { frame: frame(visit), owner };
  const again = (at: "name" | "form", problem: Problem) => {
    const state = { values: { name: form.get("name") }, ...problemAt(at, problem) };
    return formAnswer(visit, { form: NameForm, page: AccountPage }, { ...props, state });
  };

  const typed = name.safeParse(form.get("name"));
  if (!typed.success) return again("name", firstProblem(typed.error));
  const counted = await throttle.take([{ kind: "change", key: `name ${owner.id}` }]);
  if (!counted.ok) return again("form", counted);
  const saved = await door.submit(visit, "/update-user", { name: typed.data });
  if (!saved.ok) return saved.problem === "signed_out" ? signInFirst(visit) : again("form", saved);
  const { cookies } = saved.value;
  if (!wantsFragment(visit)) return seeOther(visit, `${homePath}?notice=name_saved`, cookies);
  const renamed = NameForm({ ...props, owner: { ...owner, name: typed.data }, state: {}, notice: "name_saved" });
  return fragment(renamed, { cookies });
}

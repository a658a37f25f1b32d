import { AccountProfilePage, NameForm, type AccountProfileProps } from "../../../views/account-profile";
import { changeName } from "../../account/name";
import { name } from "../../guard/fields";
import { firstProblem, problemAt } from "../../http/form";
import { formAnswer, fragment, page, seeOther, wantsFragment } from "../../http/html";
import type { Problem } from "../../http/problem";
import { ownerOf } from "../../http/page-context";
import { noticeIn } from "../../http/return-to";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { rawBody, routesOf, type PageServices } from "../services";
import { takeDraft } from "../draft";
import { forOwner, onOwnerForm, signInFirst, type OwnerPost } from "./owner";

const path = "/account/profile";

/** `/account/profile`: who you are here; your name and your picture can be changed. */
export const profilePage = (services: PageServices) =>
  routesOf("account/profile")
    .get(
      path,
      forOwner((visit, signedIn) => show(visit, signedIn, services)),
    )
    .post(
      path,
      onOwnerForm(services, (post) => saveName(post, services)),
      rawBody,
    );

function show(visit: Visit, { user }: SignedIn, services: PageServices) {
  const { config, frame } = services;
  const draft = takeDraft(visit, services);
  const notice = noticeIn(visit.request, ["name_saved", "picture_saved", "picture_removed"]);
  const state = { values: { name: draft.typed.name } };
  const owner = ownerOf(user, config.origin);
  return page(AccountProfilePage({ frame: frame(visit), owner, state, notice }), { cookies: draft.cookies });
}

async function saveName({ visit, form, signedIn, current }: OwnerPost, services: PageServices) {
  const { config, door, frame, throttle } = services;
  const owner = ownerOf(signedIn.user, config.origin);
  const props: Omit<AccountProfileProps, "state"> = { frame: frame(visit), owner };
  const again = (at: "name" | "form", problem: Problem) => {
    const state = { values: { name: form.get("name") }, ...problemAt(at, problem) };
    return formAnswer(visit, { form: NameForm, page: AccountProfilePage }, { ...props, state });
  };

  const typed = name.safeParse(form.get("name"));
  if (!typed.success) return again("name", firstProblem(typed.error));
  const counted = await throttle.take([{ kind: "change", key: `name ${owner.id}` }]);
  if (!counted.ok) return again("form", counted);
  const saved = await changeName(services, { visit, current }, typed.data);
  if (!saved.ok) return saved.problem === "signed_out" ? signInFirst(visit) : again("form", saved);
  await door.refresh(visit); // a visit keeps the session alive
  if (!wantsFragment(visit)) return seeOther(visit, `${path}?notice=name_saved`);
  const renamed = NameForm({ ...props, owner: { ...owner, name: typed.data }, state: {}, notice: "name_saved" });
  return fragment(renamed);
}

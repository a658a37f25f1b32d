import { AccountDeletePage, SureForm, SurePage } from "../../../views/account-delete";
import { deletionOf, scheduleDeletion, stopDeletion } from "../../account/deletion";
import { problemAt } from "../../http/form";
import { formAnswer, page, seeOther } from "../../http/html";
import type { Visit } from "../../http/visit";
import { isFresh } from "../../session/check";
import type { SignedIn } from "../../session/signed-in";
import { homePath, rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, proofPage, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/delete";

/** `/account/delete`: closes the account, and until it is gone, a week later, offers to keep it. */
export function deletePage(services: PageServices) {
  return routesOf("account/delete")
    .get(
      path,
      forOwner((visit, signedIn) => show(visit, signedIn, services)),
    )
    .post(
      path,
      onOwnerForm(services, (post) => close(post, services)),
      rawBody,
    );
}

async function show(visit: Visit, { user, session }: SignedIn, services: PageServices) {
  const { config, database, frame } = services;
  const due = await deletionOf(database, user.id);
  const { email } = user;
  if (due || new URL(visit.request.url).searchParams.get("step") !== "sure")
    return page(AccountDeletePage({ frame: frame(visit), due }));
  return isFresh(session.createdAt, config.sessions.freshSeconds)
    ? page(SurePage({ frame: frame(visit), email, state: {} }))
    : page(await proofPage(services, { visit, userId: user.id, email, purpose: "delete", asked: {}, state: {} }));
}

async function close(post: OwnerPost, services: PageServices) {
  const { visit, form, signedIn } = post;
  if (form.get("keep") === "on") {
    const kept = await stopDeletion(services, visit, post.current);
    return kept.ok ? seeOther(visit, `${homePath}?notice=deletion_stopped`) : signInFirst(visit);
  }
  const fresh = await requireFreshSignIn(services, post, { fields: [], purpose: "delete" });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const scheduled = await scheduleDeletion(services, visit, { current, email: signedIn.user.email });
  if (!scheduled.ok && scheduled.problem === "signed_out") return signInFirst(visit);
  if (!scheduled.ok) {
    const props = { frame: services.frame(visit), email: signedIn.user.email, state: problemAt("form", scheduled) };
    return formAnswer(visit, { form: SureForm, page: SurePage }, props);
  }
  // The session has ended already: this makes the browser forget it.
  await services.door.submit(visit, "/sign-out", {});
  return seeOther(visit, "/sign-in?notice=deletion_asked");
}

import { AccountDeletePage } from "../../../views/account-delete";
import { deletionOf, scheduleDeletion, stopDeletion } from "../../account/deletion";
import { page, seeOther } from "../../http/html";
import { homePath, rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, requireFreshSignIn, signInFirst, type OwnerPost } from "./owner";

const path = "/account/delete";

/** `/account/delete`: closes the account, and until it is gone, a week later, offers to keep it. */
export function deletePage(services: PageServices) {
  const { frame, database } = services;
  return routesOf("account/delete")
    .get(
      path,
      forOwner(async (visit, { user }) =>
        page(AccountDeletePage({ frame: frame(visit), due: await deletionOf(database, user.id) })),
      ),
    )
    .post(
      path,
      onOwnerForm(services, (post) => close(post, services)),
      rawBody,
    );
}

async function close(post: OwnerPost, services: PageServices) {
  const { visit, form, signedIn } = post;
  if (form.get("keep") === "on") {
    await stopDeletion(services, visit, signedIn.user.id);
    return seeOther(visit, `${homePath}?notice=deletion_stopped`);
  }
  const fresh = await requireFreshSignIn(services, post, { fields: [] });
  if (fresh instanceof Response) return fresh;
  const { current } = fresh;
  const scheduled = await scheduleDeletion(services, visit, { current, email: signedIn.user.email });
  if (!scheduled.ok) return signInFirst(visit);
  // The session has ended already: this makes the browser forget it.
  const signedOut = await services.door.submit(visit, "/sign-out", {});
  return seeOther(visit, "/sign-in?notice=deletion_asked", signedOut.ok ? signedOut.value.cookies : []);
}

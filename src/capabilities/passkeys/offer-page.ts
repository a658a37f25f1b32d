import { eq } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { page, seeOther } from "../../http/html";
import type { Visit } from "../../http/visit";
import { forOwner, onOwnerForm, type OwnerPost } from "../../pages/account/owner";
import { homePath, rawBody, routesOf } from "../../pages/services";
import type { Parts } from "./parts";
import { passkeyOffer } from "./tables";
import { OfferPage } from "./views";
import { words } from "./words";

/** `/account/security/passkeys/offer`: a passkey may be made now, later, or never. */
export const offerPage = (parts: Parts) =>
  routesOf("account/passkey-offer")
    .get(
      "/account/security/passkeys/offer",
      forOwner((visit) => show(visit, parts)),
    )
    .post(
      "/account/security/passkeys/offer",
      onOwnerForm(parts.services, (post) => decline(post, parts)),
      rawBody,
    );

const show = (visit: Visit, { services, script }: Parts) =>
  page(
    OfferPage({
      ...{ frame: services.frame(visit), own: words[visit.language], script },
      returnTo: services.returnTo(visit) ?? homePath,
    }),
  );

async function decline({ visit, form, current }: OwnerPost, { services }: Parts) {
  if (form.get("never") === "on") {
    const theirs = eq(passkeyOffer.userId, current.userId);
    await withDeadline(services.database.orm.update(passkeyOffer).set({ againAt: null }).where(theirs));
  }
  return seeOther(visit, services.returnTo(visit, form) ?? homePath);
}

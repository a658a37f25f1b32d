import { eq, sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import type { Services } from "../../account/services";
import { page, seeOther } from "../../http/html";
import type { Visit } from "../../http/visit";
import { forOwner, onOwnerForm, type OwnerPost } from "../../pages/account/owner";
import { homePath, rawBody, routesOf } from "../../pages/services";
import { isEquipped } from "./challenges";
import { offerPath, type Parts } from "./parts";
import { passkeyOffer } from "./tables";
import { OfferPage } from "./views";
import { words } from "./words";

/**
 * The page that asks whether somebody wants a passkey; undefined for whoever has one, was asked in the last 30 days or
 * wants to be asked no more, and where their browser could not make one. One statement asks and notes that it did.
 */
export async function offer({ config, database }: Services, visit: Visit, email: string): Promise<string | undefined> {
  if (!isEquipped(visit, config)) return undefined;
  const offered = await withDeadline(
    rowsOf(
      database.orm,
      sql`insert into gatehouse.passkey_offer as made (user_id, again_at)
        select id, now() + interval '30 days' from "user" u where email = ${email}
          and not exists (select 1 from gatehouse.passkey p where p.user_id = u.id)
        on conflict (user_id) do update set again_at = excluded.again_at where made.again_at < now()
        returning 1`,
    ),
  );
  return offered.length > 0 ? offerPath : undefined;
}

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

import { sql } from "drizzle-orm";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import type { Services } from "../../account/services";
import type { Visit } from "../../http/visit";
import { isEquipped } from "./challenges";
import { offerPath } from "./parts";
import { relyingPartyOf } from "./relying-party";

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
          and not exists (select 1 from gatehouse.passkey p
            where p.user_id = u.id and (p.rp_id is null or p.rp_id = ${relyingPartyOf(config).id}))
        on conflict (user_id) do update set again_at = excluded.again_at where made.again_at < now()
        returning 1`,
    ),
  );
  return offered.length > 0 ? offerPath : undefined;
}

import { sql } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import type { Services } from "../../account/services";
import type { Visit } from "../../http/visit";
import { isEquipped } from "./challenges";
import { offerPath } from "./parts";
import { relyingPartyOf } from "./relying-party";
import { passkey, workingOf } from "./tables";

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
        select id, now() + interval '30 days' from ${user} where email = ${email}
          and not exists (select from ${passkey} where ${workingOf(user.id, relyingPartyOf(config).id)})
        on conflict (user_id) do update set again_at = excluded.again_at where made.again_at < now()
        returning 1`,
    ),
  );
  return offered.length > 0 ? offerPath : undefined;
}

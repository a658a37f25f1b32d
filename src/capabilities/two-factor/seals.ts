import { and, eq, sql } from "drizzle-orm";
import { counted } from "../../../db/counted";
import { withDeadline } from "../../../db/deadline";
import { StartRefused } from "../../../db/refusal";
import type { Database, Orm } from "../../../db/types";
import type { Seals } from "../../guard/seal";
import { authenticatorApp } from "./tables";

/** What is sealed for a second factor: for whom, and what becomes of it when the secret is changed. */

/** The purposes of the two texts of an app: each opens for its user alone. */
export const secretPurpose = (userId: string): string => `authenticator app ${userId}`;
export const recoveryPurpose = (userId: string): string => `recovery codes ${userId}`;

/** What was sealed under a secret that is not known any more proves nothing: that is our fault, not the user's. */
export function opened(seals: Seals, sealed: string, purpose: string): string {
  const text = seals.open(sealed, purpose);
  if (text === undefined) throw new Error("A second factor was sealed under a secret that is not known any more.");
  return text;
}

/** The id of the key that an app was sealed under, as a part of a statement. */
const keyId = sql<string>`split_part(${authenticatorApp.secret}, '.', 2)`;
const among = (ids: readonly string[]) =>
  sql`${keyId} in (${sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )})`;

/** Refuses a start with a secret that does not open the second factors that there are: nobody could sign in. */
export async function refuseUnreadable({ orm }: Pick<Database, "orm">, { keyIds }: Seals): Promise<void> {
  const foreign = orm
    .select({ id: keyId, count: sql<number>`count(*)::int` })
    .from(authenticatorApp)
    .where(sql`not ${among(keyIds)}`)
    .groupBy(keyId);
  const found = await withDeadline(foreign);
  if (found.length === 0) return;
  const count = found.reduce((sum, one) => sum + one.count, 0);
  const ids = found.map(({ id }) => `'${id.replaceAll("'", "''")}'`).join(", ");
  throw new StartRefused(
    `BETTER_AUTH_SECRET: the second factors of ${counted(count, "person", "people")} are encrypted under another ` +
      "secret, and none of them could sign in. Start with that secret behind the new one, " +
      "`BETTER_AUTH_SECRETS=2:new,1:old`, which encrypts them anew; then with the new one alone. Where it is lost, " +
      "these people sign in by their password alone after " +
      `delete from gatehouse.authenticator_app where split_part(secret, '.', 2) in (${ids});`,
  );
}

const atOnce = 100;

/** Seals anew what is sealed under a former secret, so that it can go; nothing that is changed meanwhile is lost. */
export async function sealAnew(on: Orm, seals: Seals): Promise<void> {
  for (;;) {
    const stale = on
      .select()
      .from(authenticatorApp)
      .where(sql`not ${among(seals.keyIds.slice(0, 1))} and ${among(seals.keyIds)}`)
      .limit(atOnce);
    const found = await withDeadline(stale);
    for (const { userId, secret, recoveryKey } of found) {
      const anew = {
        secret: seals.seal(opened(seals, secret, secretPurpose(userId)), secretPurpose(userId)),
        recoveryKey: seals.seal(opened(seals, recoveryKey, recoveryPurpose(userId)), recoveryPurpose(userId)),
      };
      const same = and(
        eq(authenticatorApp.userId, userId),
        eq(authenticatorApp.secret, secret),
        eq(authenticatorApp.recoveryKey, recoveryKey),
      );
      await withDeadline(on.update(authenticatorApp).set(anew).where(same));
    }
    if (found.length < atOnce) return;
  }
}

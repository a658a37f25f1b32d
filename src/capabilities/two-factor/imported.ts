import type { Orm } from "../../../db/types";
import type { Secrets } from "../../guard/keys";
import { sealsFrom } from "../../guard/seal";
import { newRecoveryKey } from "./recovery-codes";
import { recoveryPurpose, refuseUnreadable, secretPurpose } from "./seals";
import { authenticatorApp } from "./tables";

/**
 * Keeps the apps of people who have just been made; their secrets are in base32. No program exports recovery codes, so
 * that there are none. Throws StartRefused where these secrets do not open the apps that are there: they are another
 * program's, and the next start would be refused.
 */
export async function keepImported(
  inner: Orm,
  factors: readonly { userId: string; totpSecret: string }[],
  secrets: Secrets,
): Promise<void> {
  const seals = sealsFrom(secrets);
  await refuseUnreadable({ orm: inner }, seals);
  const apps = factors.map(({ userId, totpSecret }) => ({
    userId,
    secret: seals.seal(totpSecret, secretPurpose(userId)),
    recoveryKey: seals.seal(newRecoveryKey(), recoveryPurpose(userId)),
  }));
  await inner.insert(authenticatorApp).values(apps);
}

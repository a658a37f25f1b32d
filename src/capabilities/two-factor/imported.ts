import type { Orm } from "../../../db/types";
import type { Secrets } from "../../guard/keys";
import { sealsFrom } from "../../guard/seal";
import { newRecoveryKey } from "./recovery-codes";
import { recoveryPurpose, secretPurpose } from "./seals";
import { authenticatorApp } from "./tables";

/**
 * Keeps the apps of people who have just been made; their secrets are in base32. No program exports recovery codes, so
 * that there are none.
 */
export async function keepImported(
  inner: Orm,
  factors: readonly { userId: string; totpSecret: string }[],
  secrets: Secrets,
): Promise<void> {
  const seals = sealsFrom(secrets);
  const apps = factors.map(({ userId, totpSecret }) => ({
    userId,
    secret: seals.seal(totpSecret, secretPurpose(userId)),
    recoveryKey: seals.seal(newRecoveryKey(), recoveryPurpose(userId)),
  }));
  await inner.insert(authenticatorApp).values(apps);
}

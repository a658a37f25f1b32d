import { eq } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import type { RelyingParty } from "./relying-party";
import { passkeyUser } from "./tables";
import type { Signals } from "./sign-in-views";

/**
 * What password managers are told of a user (WebAuthn's Signal API): which passkeys still work, and what the user is
 * called now. Nothing for a user whom no authenticator of ours knows.
 */
export async function signalsOf(
  on: Orm,
  { id: rpId }: RelyingParty,
  { userId, passkeys }: { userId: string; passkeys: readonly { credentialId: string }[] },
): Promise<Signals> {
  const found = on
    .select({ handle: passkeyUser.handle, name: user.email, displayName: user.name })
    .from(passkeyUser)
    .innerJoin(user, eq(user.id, passkeyUser.userId))
    .where(eq(passkeyUser.userId, userId));
  const [known] = await withDeadline(found);
  if (!known) return {};
  const { handle, ...called } = known;
  const all = passkeys.map(({ credentialId }) => credentialId);
  return {
    signalAllAcceptedCredentials: { rpId, userId: handle, allAcceptedCredentialIds: all },
    signalCurrentUserDetails: { rpId, userId: handle, ...called },
  };
}

/** That a passkey which was offered is nobody's. */
export const signalUnknown = ({ id: rpId }: RelyingParty, credentialId: string): Signals => ({
  signalUnknownCredential: { rpId, credentialId },
});

import { withDeadline } from "../../../db/deadline";
import { rowsOf } from "../../../db/transaction";
import { sql } from "drizzle-orm";
import type { Orm } from "../../../db/types";
import type { RelyingParty } from "./relying-party";
import { passkey, workingOf } from "./tables";

/** What browsers are asked, in the JSON that `PublicKeyCredential` parses. */

/** Ed25519, ECDSA with P-256, RSA with PKCS 1: what every runtime can verify, now and after a move. */
export const algorithms = [-8, -7, -257];

const longestMilliseconds = 5 * 60 * 1000;

/** A passkey of whoever is there, for a sign-in; one of these, for a proof. */
export const requestOptions = ({ id }: RelyingParty, challenge: string, allowed?: Descriptor[]) => ({
  ...{ challenge, rpId: id, userVerification: "required", allowCredentials: allowed },
});

interface NewPasskey {
  challenge: string;
  user: { email: string; name: string };
  handle: string;
  /** Those that the user has: an authenticator would put a new one silently in the place of its own. */
  excluded: Descriptor[];
}

/** A new passkey, which its authenticator finds again by itself, and opens to nobody but its verified user. */
export const creationOptions = (relyingParty: RelyingParty, { challenge, user, handle, excluded }: NewPasskey) => ({
  challenge,
  rp: { id: relyingParty.id, name: relyingParty.name },
  user: { id: handle, name: user.email, displayName: user.name },
  pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
  timeout: longestMilliseconds,
  attestation: "none",
  excludeCredentials: excluded,
  authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
});

/** A passkey as browsers name it. */
export interface Descriptor {
  type: "public-key";
  id: string;
  transports?: string[];
}

/** A user's passkeys as browsers name them. */
export async function descriptorsOf(on: Orm, userId: string, rpId: string): Promise<Descriptor[]> {
  const { credentialId, transports } = passkey;
  const found = on.select({ credentialId, transports }).from(passkey).where(workingOf(userId, rpId));
  return (await withDeadline(found)).map(({ credentialId: id, transports: ways }) => ({
    type: "public-key",
    id,
    ...(ways !== "" && { transports: ways.split(",") }),
  }));
}

/** What authenticators call a user: made once, 64 random bytes, in base64url. */
export async function handleOf(on: Orm, userId: string): Promise<string> {
  const made = Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString("base64url");
  const [row] = await withDeadline(
    rowsOf<{ handle: string }>(
      on,
      sql`insert into gatehouse.passkey_user as kept (user_id, handle) values (${userId}, ${made})
        on conflict (user_id) do update set handle = kept.handle returning handle`,
    ),
  );
  return row?.handle ?? made;
}

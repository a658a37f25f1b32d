import { bySession } from "../../account/act";
import { deviceOf, noteDevice } from "../../account/devices";
import { recordRepeated } from "../../account/events";
import type { Proof } from "../../account/prove";
import { byPasskey, rotateSession } from "../../account/sessions";
import { proofOptionsPath } from "./parts";
import type { PasskeyTools } from "./passkeys";
import { relyingPartyOf } from "./relying-party";
import { isThere, usePasskey } from "./use";
import { passkeyPart } from "./way";

/** A passkey, as a proof of who somebody is: a sign-in whose session takes the place of the one in use. */
export const passkeyProof = (tools: PasskeyTools, rpId: string): Proof => ({
  field: "passkey",
  factors: byPasskey.factors,
  missing: tools.refuse("passkey_missing").problem,
  async check(services, visit, { current, value }) {
    const { userId } = current;
    const about = { tools, relyingParty: relyingPartyOf(services.config) };
    const used = await usePasskey(services, about, { visit, value, act: "prove", userId });
    if (!used.ok) return used;
    return tools.act(services, { visit, subject: bySession(current) }, async ({ inner }) => {
      if (!(await isThere(inner, used.value.id))) return tools.refuse("passkey_gone");
      const rotated = await rotateSession(inner, services, { visit, current, proved: byPasskey });
      if (!rotated.ok) return rotated;
      await recordRepeated(inner, { userId, kind: "proved" }, visit);
      await noteDevice(inner, userId, deviceOf(visit, services));
      return rotated;
    });
  },
  part: passkeyPart(proofOptionsPath, rpId),
});

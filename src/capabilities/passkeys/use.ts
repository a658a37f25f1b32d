import { eq } from "drizzle-orm";
import { user } from "../../../db/auth-tables";
import { withDeadline } from "../../../db/deadline";
import type { Orm } from "../../../db/types";
import { noteRefusedSignIn, type SignInRefusal } from "../../account/access";
import { record } from "../../account/events";
import type { Services } from "../../account/services";
import { clientLimits } from "../../guard/throttle";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import { answer, isGood, knownBrowser, type Occasion } from "./challenges";
import { noteUse, type PasskeyTools } from "./passkeys";
import type { RelyingParty } from "./relying-party";
import { passkey, passkeyUser } from "./tables";
import type { Assertion } from "./verify";

/** The owner of a passkey that was used. */
export interface PasskeyOwner {
  userId: string;
  email: string;
  /** Of the passkey. */
  id: string;
}

/** What was given as a proof. */
interface Given {
  visit: Visit;
  value: string;
  act: Occasion["act"];
  /** Who is signed in; empty for whoever signs in. */
  userId: string;
}

/**
 * Finds out whose passkey an answer proves, and uses its challenge up. Every try is counted for its client before
 * anything is looked at. Refused with `passkey_unknown` when nobody has it, so that its password manager forgets it.
 */
export async function usePasskey(
  services: Services,
  { tools, relyingParty }: { tools: PasskeyTools; relyingParty: RelyingParty },
  { visit, value, act, userId }: Given,
): Promise<Result<PasskeyOwner>> {
  const { config, database, throttle, log } = services;
  const limits = clientLimits(visit);
  const counted = await throttle.take(limits);
  if (!counted.ok) {
    noteRefusedSignIn(services, visit, { way: "passkey", reason: "throttled" });
    return counted;
  }
  const refuse = (reason: PasskeyRefusal, email?: string) => {
    noteRefusedSignIn(services, visit, { way: "passkey", reason, email });
    return tools.refuse(reason);
  };
  const { readAssertion, verifyAssertion } = await import("./verify"); // with its library of schemas
  const given = readAssertion(value);
  if (!given) return refuse("passkey_wrong");
  const occasion = { act, userId, browser: knownBrowser(visit, config) };
  if (!isGood(tools.keys("challenge"), occasion, given.challenge)) return refuse("passkey_expired");
  const owner = await ownerOf(database.orm, given);
  if (!owner) return refuse("passkey_unknown");
  if (userId !== "" && owner.userId !== userId) return refuse("passkey_wrong", owner.email);
  if (!(await answer(database.orm, given.challenge))) return refuse("passkey_expired", owner.email);
  const used = isRight(owner, given, relyingParty) && (await verifyAssertion(given, owner.publicKey, relyingParty));
  const noted = used && (await noteUse(database.orm, { id: owner.id, ...used }));
  if (!noted) {
    if (used) log("warn", "passkey.counter", { ...visit.facts });
    await record(database.orm, { userId: owner.userId }, { kind: "sign_in", outcome: "refused", client: visit });
    return refuse("passkey_wrong", owner.email);
  }
  await throttle.forgive(limits);
  return done({ userId: owner.userId, email: owner.email, id: owner.id });
}

type PasskeyRefusal = Extract<SignInRefusal, `passkey_${string}`>;

/** Who has the passkey of an answer. */
async function ownerOf(on: Orm, { id }: Assertion) {
  const { userId, publicKey, rpId } = passkey;
  const found = on
    .select({ id: passkey.id, userId, publicKey, rpId, email: user.email, handle: passkeyUser.handle })
    .from(passkey)
    .innerJoin(user, eq(user.id, userId))
    .leftJoin(passkeyUser, eq(passkeyUser.userId, userId))
    .where(eq(passkey.credentialId, id));
  const [owner] = await withDeadline(found);
  return owner;
}

type Owner = NonNullable<Awaited<ReturnType<typeof ownerOf>>>;

/**
 * Whether a passkey was made for this domain, and its authenticator names its user by our handle. Of one that was taken
 * over nobody wrote down either: then the signature alone tells.
 */
const isRight = ({ rpId, handle }: Owner, { response: { userHandle } }: Assertion, { id }: RelyingParty): boolean =>
  rpId === null || (rpId === id && (userHandle === undefined || userHandle === handle));

/** Whether a passkey is still there, asked under its user's lock. */
export async function isThere(inner: Orm, id: string): Promise<boolean> {
  return (await inner.select({ id: passkey.id }).from(passkey).where(eq(passkey.id, id))).length > 0;
}

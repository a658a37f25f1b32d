import * as z from "zod";
import { algorithms } from "./options";
import type { RelyingParty } from "./relying-party";

/**
 * What an authenticator answers, read and verified. Whatever is wrong with it gives undefined: it may be anything that
 * anybody sends, so nothing in it is ever an error of ours.
 */

const base64url = z.string().regex(/^[\w-]+$/);
/** Empty where an authenticator does not keep it, as of older passkeys. */
const handle = z.string().regex(/^[\w-]*$/);
const credentialId = base64url.max(1366); // 1023 bytes are the most that there may be
const credential = { id: credentialId, rawId: credentialId, type: z.literal("public-key") };

const assertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: handle.nullish().transform((given) => given || undefined),
  }),
});

const attestation = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[\w-]{1,20}$/))
      .max(10)
      .catch([])
      .default([]),
  }),
});

/** An answer to a request for a proof: of which passkey, and to which challenge. */
export type Assertion = z.output<typeof assertion> & { challenge: string };

/** An answer to a request for a new passkey. */
export type Attestation = z.output<typeof attestation> & { challenge: string };

/** Reads an answer to a request for a proof. */
export const readAssertion = (text: string): Assertion | undefined => withChallenge(assertion, text);

/** Reads an answer to a request for a new passkey. */
export const readAttestation = (text: string): Attestation | undefined => withChallenge(attestation, text);

const clientData = z.object({ challenge: base64url });

function withChallenge<Answer extends { response: { clientDataJSON: string } }>(
  schema: z.ZodType<Answer>,
  text: string,
) {
  const read = schema.safeParse(parsed(text));
  if (!read.success) return undefined;
  const said = clientData.safeParse(parsed(Buffer.from(read.data.response.clientDataJSON, "base64url").toString()));
  return said.success ? { ...read.data, challenge: said.data.challenge } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a proof says besides that it is one. */
export interface Used {
  counter: number;
  isBackedUp: boolean;
}

/** Verifies a proof by its public key: signature, origin and domain are right, and the user was there and verified. */
export async function verifyAssertion(
  { challenge, ...response }: Assertion,
  publicKey: string,
  { id, origin }: RelyingParty,
): Promise<Used | undefined> {
  const { verifyAuthenticationResponse } = await library();
  const verified = await quietly(
    verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      // Its counter is compared where it is written, in one statement.
      credential: { id: response.id, publicKey: bytesOf(publicKey), counter: 0 },
    }),
  );
  if (!verified?.verified) return undefined;
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  return { counter: newCounter, isBackedUp: credentialBackedUp };
}

/** A new passkey, as its authenticator describes it. */
export interface Made extends Used {
  credentialId: string;
  publicKey: string;
  aaguid: string;
  transports: string;
}

/** Verifies that a new passkey was made for us, by a user who was there and verified. */
export async function verifyAttestation(
  { challenge, ...response }: Attestation,
  { id, origin }: RelyingParty,
): Promise<Made | undefined> {
  if (!(await isWithoutCertificates(response.response.attestationObject))) return undefined;
  const { verifyRegistrationResponse } = await library();
  const verified = await quietly(
    verifyRegistrationResponse({
      response: { ...response, response: { ...response.response, transports: [] }, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified?.verified) return undefined;
  const { credential, aaguid, credentialBackedUp } = verified.registrationInfo;
  if (credential.id !== response.id || !(await isWhole(credential.publicKey))) return undefined;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    counter: credential.counter,
    aaguid,
    transports: response.response.transports.join(),
    isBackedUp: credentialBackedUp,
  };
}

/**
 * Whether it says nothing about where the authenticator is from, which is what we ask for. A statement of the new
 * passkey about itself says nothing either (self attestation): browsers hand it on unasked, as WebAuthn has it.
 * Certificates in a statement would be looked up at addresses that the sender chose (server-side request forgery).
 */
async function isWithoutCertificates(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await helpers();
  try {
    const attestation = decodeAttestationObject(bytesOf(attestationObject));
    const format = attestation.get("fmt");
    return format === "none" || (format === "packed" && attestation.get("attStmt").get("x5c") === undefined);
  } catch {
    return false;
  }
}

/** Whether a key is whole: the library takes one that was cut off for a shorter one, which nobody could ever use. */
async function isWhole(publicKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { cose, decodeCredentialPublicKey } = await helpers();
  const { x, y, n, e } = cose.COSEKEYS;
  const key = decodeCredentialPublicKey(publicKey);
  if (cose.isCOSEPublicKeyRSA(key)) return (key.get(n)?.length ?? 0) >= 256 && (key.get(e)?.length ?? 0) > 0;
  const isCurve = cose.isCOSEPublicKeyEC2(key);
  if (!isCurve && !cose.isCOSEPublicKeyOKP(key)) return false;
  return [key.get(x), ...(isCurve ? [key.get(y)] : [])].every((part) => part?.length === 32);
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64")); // which reads base64url too

/** Loaded when the first answer comes: it takes a third of a second, which no start shall wait for. */
const library = () => import("@simplewebauthn/server");
const helpers = () => import("@simplewebauthn/server/helpers");

/** The library throws at whatever is wrong with an answer, in words for programmers. */
const quietly = <Value>(verified: Promise<Value>): Promise<Value | undefined> => verified.catch(() => undefined);

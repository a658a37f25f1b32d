import { Secret, TOTP } from "otpauth";

/**
 * Codes that follow from a secret and the time (RFC 6238), as every authenticator app makes them: SHA-1, six digits, 30
 * seconds. Many apps ignore any other choice without a word.
 */

const secretBytes = 20; // 160 bits, as RFC 4226 advises; some apps take no more
const periodSeconds = 30;
/** A code counts for one step before and after its own: clocks differ, and people type. */
const window = 1;

/** A new secret, in base32. */
export const newSecret = (): string => new Secret({ size: secretBytes }).base32;

/** The step whose code this is, if it counts now: undefined when it is none, of yesterday or of tomorrow. */
export function stepOf(secret: string, code: string): number | undefined {
  const now = Date.now();
  const delta = codesOf(secret).validate({ token: code, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / 1000 / periodSeconds) + delta;
}

/** What an authenticator app reads from a QR code: whose code it is, in words, and the secret. */
export const uriOf = (secret: string, { brand, email }: { brand: string; email: string }): string =>
  codesOf(secret, { issuer: brand.replaceAll(":", " "), label: email }).toString();

const codesOf = (secret: string, whose: { issuer?: string; label?: string } = {}) =>
  new TOTP({
    ...whose,
    secret: Secret.fromBase32(secret),
    algorithm: "SHA1",
    digits: 6,
    period: periodSeconds,
  });

/** A secret in groups of four, as people type it. */
export const inGroups = (secret: string): string => secret.replace(/.{4}(?=.)/g, "$& ");

import { readCookie, setCookie, signUpCookie } from "../http/cookies";
import type { Visit } from "../http/visit";
import { hmacSha256, isHmacOf } from "../guard/keys";
import type { Services } from "./services";

/** An address, and the hash that was made of the password that was typed with it. */
interface TypedAtSignUp {
  email: string;
  hash: string;
}

type ProofServices = Pick<Services, "config" | "keys">;

/**
 * The `Set-Cookie` line by which a browser proves that it signed up with the very password of an account. Each hash has
 * a salt of its own, so it fits the one account that was made by that sign-up, as long as its password stays, and no
 * account when the address had one before. Nobody can guess the password by it: neither the key nor the salt is in it.
 */
export const signUpProof = ({ config, keys }: ProofServices, typed: TypedAtSignUp): string =>
  setCookie(signUpCookie, hmacSha256(keys.signUp[0], textOf(typed)), config);

/** Whether a browser signed up with the password that an account has now, by its hash. */
export const hasSignedUp = ({ cookies }: Visit, { config, keys }: ProofServices, now: TypedAtSignUp): boolean =>
  isHmacOf(textOf(now), readCookie(signUpCookie, cookies, config), keys.signUp);

/** Whether a browser signed up within the last hour, with whatever password. */
export const hasSignedUpLately = ({ cookies }: Visit, { config }: Pick<Services, "config">): boolean =>
  readCookie(signUpCookie, cookies, config) !== "";

const textOf = ({ email, hash }: TypedAtSignUp) => `${email} ${hash}`;

import type { PageServices } from "../../pages/services";
import type { PasskeyTools } from "./passkeys";
import type { RelyingParty } from "./relying-party";

/** What the pages of the passkeys work with. */
export interface Parts {
  services: PageServices;
  tools: PasskeyTools;
  relyingParty: RelyingParty;
  /** The address of the script. */
  script: string;
}

/** The page of all passkeys, with the routes below it. */
export const listPath = "/account/security/passkeys";
/** Where whoever has none is asked whether they want one. */
export const offerPath = `${listPath}/offer`;
/** Where it is told what to ask for as a proof. */
export const proofOptionsPath = `${listPath}/proof`;
/** Where somebody signs up with a passkey. */
export const signUpPath = "/sign-up/passkey";
/** Where they make it, once the address is confirmed. */
export const makePath = `${signUpPath}/make`;
/** Where whoever signs in sends their passkey. */
export const signInPath = "/sign-in/passkey";

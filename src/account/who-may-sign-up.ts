import type { Config } from "../settings/config";
import { done, refused, type Result } from "../result";

type SignUp = { config: { signUp: Pick<Config["signUp"], "who" | "domains"> } };

/** Whether an account may have an address, by its domain. Of an address that was taken before, it says nothing. */
export function isOfAllowedDomain(email: string, { config: { signUp } }: SignUp): boolean {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const fits = (allowed: string) => (allowed.startsWith("*.") ? domain.endsWith(allowed.slice(1)) : domain === allowed);
  return signUp.domains.length === 0 || signUp.domains.some(fits);
}

/**
 * Whether somebody without an invitation may make an account with an address: asked where the row of the user is made,
 * whatever the way. The invited make theirs by the link in their mail, which nobody else has.
 */
export const mayMakeAccount = (email: string, services: SignUp): boolean =>
  services.config.signUp.who === "open" && isOfAllowedDomain(email, services);

/**
 * Whether there is a sign-up at all. Where there is none every address is refused, before anything is looked at, so
 * the refusal tells of nobody whether they have an account or an invitation.
 */
export const signUpIsOpen = ({ config }: SignUp): Result =>
  config.signUp.who === "open" ? done() : refused(`sign_up_${config.signUp.who}`);

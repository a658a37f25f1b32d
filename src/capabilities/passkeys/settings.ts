import type { Config } from "../../settings/config";
import { commaSeparated, matching, oneOf, optional, withDefault, type ValuesOf } from "../../settings/setting";

const domain = matching(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "must be a domain such as example.com, lower case");

/** The settings, as an operator writes them. */
export const settings = {
  GATEHOUSE_PASSKEYS: withDefault(
    "on",
    oneOf(["on", "off"], "must be `on` or `off`"),
    "Whether people can sign in with passkeys. With `off` those that there are stay, and open nothing.",
  ),
  GATEHOUSE_PASSKEY_DOMAIN: optional(
    domain,
    "The domain that passkeys are made for: by default the host of BETTER_AUTH_URL. " +
      "A parent domain of it keeps them working when the login moves to another host there.",
  ),
  GATEHOUSE_PASSKEYS_GIVEN_UP: optional(
    commaSeparated,
    "Domains, comma-separated, whose passkeys may stop working. " +
      "Without it the start is refused when the address of the login no longer fits the passkeys that there are.",
  ),
};

/** The same, once they are read. */
export const readIn = (own: Config["own"]) => own as ValuesOf<typeof settings>;

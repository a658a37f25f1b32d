import { oneOf, wholeNumber, withDefault } from "./setting";
import { emailDomains, knownNetworks } from "./values";

/** Who may make an account, and how many may come from one place. Each is described as in `settings.ts`. */
export const signUpSettings = {
  GATEHOUSE_SIGN_UP: withDefault(
    "open",
    oneOf(["open", "invited", "closed"], "must be `open`, `invited` or `closed`"),
    "Who may make an account: `open`, everybody; `invited`, whoever has the link of an invitation; " +
      "`closed`, likewise, but the pages say that there is no sign-up.",
  ),
  GATEHOUSE_SIGN_UP_DOMAINS: withDefault(
    "",
    emailDomains,
    "Domains whose email addresses may have an account, comma-separated: `example.com` is that one alone, " +
      "`*.example.org` every domain below it. Nobody gets in before the address is confirmed. " +
      "It holds for a change of address too; whoever is invited is let in all the same.",
  ),
  GATEHOUSE_SIGN_UPS_PER_NETWORK: withDefault(
    "40",
    wholeNumber(1, 100_000),
    "How many accounts may be made from one address within an hour without a wait; " +
      "from an IPv6 provider's block of addresses five times as many.",
  ),
  GATEHOUSE_WIDE_NETWORKS: withDefault(
    "",
    knownNetworks,
    "Addresses or CIDR ranges of networks in which many people share an address, such as a school or an office, " +
      "comma-separated: what is counted by address has more room there.",
  ),
  GATEHOUSE_WIDE_FACTOR: withDefault(
    "10",
    wholeNumber(2, 1000),
    "How many times as many tries there are without a wait from the networks of GATEHOUSE_WIDE_NETWORKS.",
  ),
};

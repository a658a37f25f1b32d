/**
 * The domain that somebody could register, of a host or an address: `example.com` of `login.example.com`. Null for a
 * public suffix itself, and for an IP address. With `allowPrivateDomains` what hosts give away, such as `github.io`,
 * are public suffixes too.
 */
export function domainOf(host: string, { allowPrivateDomains = false } = {}): string | null {
  // Loaded when it is first asked for: it makes a table of ten thousand names.
  const { getDomain } = require("tldts") as typeof import("tldts");
  return getDomain(host, { allowPrivateDomains });
}

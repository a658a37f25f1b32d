import { isIP, type BlockList } from "node:net";

/** The header in which the edge hands on the client's address; whatever a client sends under this name is replaced. */
export const clientAddressHeader = "x-client-ip";

/**
 * The client's address: the peer's own, unless the peer is one of our proxies. Then `X-Forwarded-For` is read from
 * the right, past every proxy of ours, to the first address that one of them saw; what stands to the left of it the
 * client wrote itself, and is never believed.
 */
export function clientAddress(peer: string, forwardedFor: string | null, proxies: BlockList): string {
  let client = plain(peer);
  const hops = forwardedFor?.split(",").map((hop) => plain(hop.trim())) ?? [];
  while (isOneOf(client, proxies)) {
    const next = hops.pop();
    if (next === undefined || isIP(next) === 0) break;
    client = next;
  }
  return client;
}

/** The header in which the edge hands on what a visitor asked one of our proxies for; a client's own is removed. */
export const askedAddressHeader = "x-asked-address";

/** The address that a visitor asked one of our proxies for, as that proxy says; nobody else is asked. */
export function askedAddress(peer: string, headers: Headers, proxies: BlockList): string | undefined {
  const [scheme, host, path] = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"].map((name) => headers.get(name));
  return scheme && /^https?$/.test(scheme) && host && path && isOneOf(peer, proxies) ? `${scheme}://${host}${path}` : undefined;
}

/** An IPv4 address that came over an IPv6 socket is the same client. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** Whether an address is in a list of addresses and ranges. */
export const isOneOf = (address: string, list: BlockList): boolean =>
  isIP(plain(address)) !== 0 && list.check(plain(address), isIP(plain(address)) === 6 ? "ipv6" : "ipv4");

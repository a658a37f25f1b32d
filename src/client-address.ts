import { BlockList, isIP, isIPv4 } from "node:net";

/** The header in which the edge hands on the client's address; whatever a client sends under this name is replaced. */
export const clientAddressHeader = "x-client-ip";

/**
 * The client's address: the peer's own, unless the peer is one of our proxies. Then `X-Forwarded-For` is read from
 * the right, past every proxy of ours, to the first address that one of them saw; what stands to the left of it the
 * client wrote itself, and is never believed. What cannot be read ends the way: the client is the proxy that wrote it.
 */
export const clientAddress = (peer: string, forwardedFor: string | null, proxies: BlockList): string => wayBack(peer, forwardedFor, proxies).address;

/** What a proxy of ours wrote in place of its client's address; undefined unless it is none. */
export const unreadableHop = (peer: string, forwardedFor: string | null, proxies: BlockList): string | undefined => wayBack(peer, forwardedFor, proxies).unreadable;

function wayBack(peer: string, forwardedFor: string | null, proxies: BlockList): { address: string; unreadable?: string } {
  let address = plain(peer);
  const hops = forwardedFor?.split(",") ?? [];
  while (isOneOf(address, proxies)) {
    const next = hops.pop();
    if (next === undefined) break;
    const hop = plain(withoutPort(next.trim()));
    if (isIP(hop) === 0) return { address, unreadable: next };
    address = hop;
  }
  return { address };
}

/** The header in which the edge hands on what a visitor asked one of our proxies for; a client's own is removed. */
export const askedAddressHeader = "x-asked-address";

/** The address that a visitor asked one of our proxies for, as that proxy says; nobody else is asked. */
export function askedAddress(peer: string, headers: Headers, proxies: BlockList): string | undefined {
  const [scheme, host, path] = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"].map((name) => headers.get(name));
  return scheme && /^https?$/.test(scheme) && host && path && isOneOf(peer, proxies) ? `${scheme}://${host}${path}` : undefined;
}

/** The header in which the edge says that a request was made on this very machine; a client's own is removed. */
export const thisMachineHeader = "x-this-machine";

/** Whether a request was made on this machine: its peer is a loopback address, and nobody handed it on for somebody else. */
export const isOfThisMachine = (peer: string, headers: Headers): boolean =>
  isOneOf(peer, loopback) && ![...headers.keys()].some((name) => tellsOfProxy.test(name));

/** How proxies, tunnels and content networks tell for whom they ask. */
const tellsOfProxy = /forward|^via$|^cf-|(client|real|connecting|remote|source|peer|original)-?(ip|addr|host)|^x-(envoy|azure|amzn|ngrok|proxy)/;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Some proxies write the client's port after its address, and then brackets around an IPv6 one. */
const withoutPort = (hop: string) => hop.replace(/^\[([^\]]*)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");

/**
 * An address in its one spelling. An IPv4 address that came over an IPv6 socket is the same client; the zone says by
 * which of our own network cards an address is reached.
 */
export function plain(address: string): string {
  const [bare = ""] = address.split("%");
  const canonical = bare.includes(":") ? URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1) : bare;
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical ?? "") ?? [];
  if (high === undefined || low === undefined) return canonical ?? address;
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join(".");
}

/** Whether an address is in a list of addresses and ranges. */
export function isOneOf(address: string, list: BlockList): boolean {
  const known = plain(address);
  return isIP(known) !== 0 && list.check(known, isIPv4(known) ? "ipv4" : "ipv6");
}

/**
 * Addresses and CIDR ranges as a list of proxies. A problem in words when an entry is neither, or when they hold so
 * many addresses that strangers are among them: whoever is believed may claim any address, and no limit holds it up.
 */
export function proxyRanges(entries: readonly string[]): BlockList | string {
  const ranges = new BlockList();
  const share = { ipv4: 0, ipv6: 0 };
  for (const entry of entries) {
    const range = rangeOf(entry);
    if (!range) return "each entry must be an address or a range such as 10.0.0.0/8";
    ranges.addSubnet(range.address, range.prefix, range.family);
    share[range.family] += 2 ** -range.prefix;
  }
  // A range of IPv6 around the IPv4 addresses holds those too.
  const holdsStrangers = share.ipv4 >= 1 / 16 || share.ipv6 >= 1 / 64 || ["1.1.1.1", "198.51.100.1"].every((address) => ranges.check(address, "ipv4"));
  return holdsStrangers ? "must hold the addresses of your own proxies only: these ranges hold strangers too, who could then claim any address" : ranges;
}

function rangeOf(entry: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } | undefined {
  const [given = "", length, ...rest] = entry.split("/");
  const address = plain(given);
  const [bitsGiven, bits] = [given, address].map((text) => ({ 0: 0, 4: 32, 6: 128 })[isIP(text)] ?? 0) as [number, number]; // two in, two out
  const prefix = length === undefined ? bitsGiven : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (bitsGiven === 0 || bits === 0 || prefix > bitsGiven || rest.length > 0) return undefined;
  if (bits === bitsGiven) return { address, prefix, family: bits === 32 ? "ipv4" : "ipv6" };
  return { address, prefix: Math.max(0, prefix - 96), family: "ipv4" }; // an IPv4 address written as an IPv6 one, and its bits
}

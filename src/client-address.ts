import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** The header in which the edge hands on the client's address; whatever a client sends under this name is replaced. */
export const clientAddressHeader = "x-client-ip";

/**
 * The client's address: the peer's own, unless the peer is one of our proxies. Then `X-Forwarded-For` is read from
 * the right, past every proxy of ours, to the first address that one of them saw; what stands to the left of it the
 * client wrote itself, and is never believed. What cannot be read ends the way: the client is the proxy that wrote it.
 */
export const clientAddress = (peer: string, forwardedFor: string | null, proxies: BlockList): string =>
  wayBack(peer, forwardedFor, proxies).address;

/** What a proxy of ours wrote in place of its client's address; undefined unless it is none. */
export const unreadableHop = (peer: string, forwardedFor: string | null, proxies: BlockList): string | undefined =>
  wayBack(peer, forwardedFor, proxies).unreadable;

interface WayBack {
  address: string;
  unreadable?: string;
}

function wayBack(peer: string, forwardedFor: string | null, proxies: BlockList): WayBack {
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

/** Whether a request was made on this machine: its peer has a loopback address, and no proxy handed it on. */
export const isOfThisMachine = (peer: string, headers: Headers): boolean =>
  isOneOf(peer, loopback) && ![...headers.keys()].some((name) => tellsOfProxy.some((words) => words.test(name)));

/** How proxies, tunnels and content networks tell for whom they ask. */
const tellsOfProxy = [
  /forward|^via$|^(cf|cdn|ngrok|tailscale|front-end)-|^x-((url-)?scheme$|arr|varnish|envoy|azure|amzn|ngrok|proxy)/,
  /(client|real|connecting|remote|source|original|originating|user)[-_]?(ip|addr|host)/,
];

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
  const canonical = isIPv6(bare) ? URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1) : bare;
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
    if (isAroundIPv4(range)) share.ipv4 = 1;
  }
  if (share.ipv4 < 1 / 16 && share.ipv6 < 1 / 64) return ranges;
  return "must hold the addresses of your own proxies only: these hold strangers too, who could claim any address";
}

interface Range {
  address: string;
  prefix: number;
  family: "ipv4" | "ipv6";
}

function rangeOf(entry: string): Range | undefined {
  const [given = "", length, ...rest] = entry.split("/");
  const address = plain(given);
  const [bitsGiven, bits] = [bitsOf(given), bitsOf(address)];
  const prefix = length === undefined ? bitsGiven : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  if (bitsGiven === 0 || bits === 0 || prefix > bitsGiven || rest.length > 0) return undefined;
  if (bits === bitsGiven) return { address, prefix, family: bits === 32 ? "ipv4" : "ipv6" };
  return { address, prefix: Math.max(0, prefix - 96), family: "ipv4" }; // an IPv4 address written as an IPv6 one
}

const bitsOf = (address: string) => (isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0);

/** A wide range of IPv6 may hold the place in it where the IPv4 addresses are. */
function isAroundIPv4({ address, prefix, family }: Range): boolean {
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return family === "ipv6" && range.check("192.0.2.1", "ipv4");
}

import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

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

/** An address of IPv6 by itself, where it stands in brackets as in a URL; any other text as it is. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

/** Whether a text is an address to listen on, or a name that may have one: nothing of what is around it in a URL. */
export const isHost = (text: string): boolean =>
  isIP(withoutBrackets(text)) !== 0 || (/^[\w-]+(\.[\w-]+)*\.?$/.test(text) && URL.canParse(`http://${text}`));

/** What one must be, as the end of a sentence. */
export const wantedOfHosts = "must be an address such as 127.0.0.1, `0.0.0.0` or `::`, or a name, without a port";

/** Whether an address is in a list of addresses and ranges. */
export function isOneOf(address: string, list: BlockList): boolean {
  const known = plain(address);
  return isIP(known) !== 0 && list.check(known, isIPv4(known) ? "ipv4" : "ipv6");
}

/** Addresses and CIDR ranges as a list; a problem in words when an entry is neither. */
export function networksIn(entries: readonly string[]): BlockList | string {
  const ranges = new BlockList();
  for (const entry of entries) {
    const range = rangeOf(entry);
    if (!range) return "each entry must be an address or a range such as 10.0.0.0/8";
    ranges.addSubnet(range.address, range.prefix, range.family);
  }
  return ranges;
}

/**
 * The same as a list of proxies. A problem too when they hold so many addresses that strangers are among them: whoever
 * is believed may claim any address, and no limit holds it up.
 */
export function proxyRanges(entries: readonly string[]): BlockList | string {
  const share = { ipv4: 0, ipv6: 0 };
  for (const range of entries.map(rangeOf)) {
    if (!range) continue;
    share[range.family] += 2 ** -range.prefix;
    if (isAroundIPv4(range)) share.ipv4 = 1;
  }
  if (share.ipv4 < 1 / 16 && share.ipv6 < 1 / 64) return networksIn(entries);
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

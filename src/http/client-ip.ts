import { BlockList, isIP } from "node:net";
import { isOneOf, plain } from "../settings/ip";

/**
 * The client's address: the peer's own, unless the peer is one of our proxies. Then `X-Forwarded-For` is read from
 * the right, past every proxy of ours, to the first address that one of them saw; what stands to the left of it the
 * client wrote itself, and is never believed. What cannot be read ends the way: the client is the proxy that wrote it.
 */
export const clientIp = (peer: string, forwardedFor: string | null, proxies: BlockList): string =>
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

/**
 * The URL that a visitor asked one of our proxies for, as that proxy says; undefined when the peer is none of them. Its
 * backslashes, which browsers leave in a query as they are, are encoded: Gatehouse sends nobody to a URL with one.
 */
export function forwardedUrl(peer: string, headers: Headers, proxies: BlockList): string | undefined {
  const [scheme, host, path] = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"].map((name) =>
    headers.get(name),
  );
  return scheme && /^https?$/.test(scheme) && host && path && isOneOf(peer, proxies)
    ? `${scheme}://${host}${path.replaceAll("\\", "%5C")}`
    : undefined;
}

/** The country that one of our proxies tells, as two letters; undefined when it is none, or another peer says so. */
export const countryOf = (peer: string, told: string | null, proxies: BlockList): string | undefined =>
  told !== null && /^[A-Z]{2}$/.test(told) && isCountry(told) && isOneOf(peer, proxies) ? told : undefined;

/** Content networks write `XX` for what they do not know; the runtime has no name for it. */
const isCountry = (code: string) => regions.of(code) !== undefined && !noCountries.has(code);

/** What has a name and is no country of ISO 3166-1: unions, trials, and codes that were given up. */
const noCountries = new Set([
  ...["AN", "BU", "CS", "CT", "DD", "DY", "EU", "EZ", "FQ", "FX", "HV", "JT", "MI", "NH", "NQ", "NT", "PC", "PU"],
  ...["PZ", "QO", "QU", "RH", "SU", "TP", "UK", "UN", "VD", "WK", "XA", "XB", "YD", "YU", "ZR", "ZZ"],
]);

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

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

import { isIPv4, isIPv6 } from "node:net";

/**
 * What counts as one client to a limit: an IPv4 address, or the /64 of an IPv6 one, which a provider gives to one
 * customer.
 */
export const clientKey = (ip: string): string => (isIPv6(ip) ? ipv6Prefix(ip, 4) : ip);

/** The /48 of an IPv6 address, which a provider may give to one customer too; the IP itself otherwise. */
export const networkKey = (ip: string): string => (isIPv6(ip) ? ipv6Prefix(ip, 3) : ip);

/** How much of a client's address stands in the log. */
export type AddressInLog = "full" | "network" | "none";

/** A client's address as the log may have it: `network` keeps the /24 of an IPv4 address and the /48 of an IPv6 one. */
export function addressInLog(ip: string, how: AddressInLog): string | undefined {
  if (ip === "" || how === "none") return undefined;
  if (how === "full") return ip;
  return isIPv4(ip) ? ip.replace(/\d+$/, "0/24") : networkKey(ip);
}

/** The first groups of an IPv6 address, written in one way however it came. */
function ipv6Prefix(ip: string, groups: number): string {
  const [head = "", tail] = new URL(`http://[${ip.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const front = head.split(":").filter(Boolean);
  const back = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill("0");
  return `${[...front, ...zeros, ...back].slice(0, groups).join(":")}::/${groups * 16}`;
}

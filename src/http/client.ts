import { isIPv6 } from "node:net";
import { clientIpHeader, thisMachineHeader } from "./client-ip";
import { languageOf, type Language } from "./language";

/** Who sent a request, as far as that can be known: by address and by what the browser says of itself. */
export interface Client {
  /** As the edge found it out; empty when there is none, as on a socket of this machine. */
  ip: string;
  /** At most 512 characters: the edge cut it. */
  userAgent: string;
  /** The language of pages and mails for whoever it is. */
  language: Language;
}

/** The client behind the headers of a request that came through the edge. */
export const clientOf = (headers: Headers): Client => ({
  ip: headers.get(clientIpHeader) ?? "",
  userAgent: headers.get("user-agent") ?? "",
  language: languageOf(headers),
});

/** Whether whoever sent a request sits at this very machine, in local mode: nobody else, and nobody through a proxy. */
export const isAtThisMachine = (headers: Headers): boolean => headers.has(thisMachineHeader);

/** What counts as one client to a limit: an IPv4 address, or the /64 of an IPv6 one, which one customer has to himself. */
export const clientKey = (address: string): string => (isIPv6(address) ? ipv6Prefix(address, 4) : address);

/** The /48 of an IPv6 address, which a provider may give to one customer too; the address itself otherwise. */
export const networkKey = (address: string): string => (isIPv6(address) ? ipv6Prefix(address, 3) : address);

/** The first groups of an IPv6 address, written in one way whatever way it came. */
function ipv6Prefix(address: string, groups: number): string {
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const [front, back] = [head, tail ?? ""].map((part) => part.split(":").filter(Boolean)) as [string[], string[]]; // two in, two out
  const all =
    tail === undefined ? front : [...front, ...Array<string>(8 - front.length - back.length).fill("0"), ...back];
  return `${all.slice(0, groups).join(":")}::/${groups * 16}`;
}

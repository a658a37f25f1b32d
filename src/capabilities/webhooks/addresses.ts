import { BlockList, isIPv4, isIPv6 } from "node:net";

/**
 * Which addresses webhooks may be sent to. The receiver's name is an operator's, but where it leads is decided by DNS:
 * a request that ends in a cloud's metadata service or another program of this network is somebody else's (server-side
 * request forgery).
 */

/** Where no receiver ever is: this network's own links, among them the metadata of clouds, and what is nobody's. */
const never = listOf([
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["fd00:ec2::254", 128],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

/** Networks of one's own. */
const own = listOf([
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fc00::", 7],
]);

const loopback = listOf([
  ["127.0.0.0", 8],
  ["::1", 128],
]);

/** What is given out on the internet. An IPv4 address within an IPv6 one is looked up as what it is, or is refused. */
const internet = listOf([
  ["0.0.0.0", 0],
  ["2000::", 3],
]);

/** Whose addresses may be reached besides those of the internet. */
export type Reach = "internet" | "this machine" | "own networks";

/** Whether webhooks may be sent to an IP address. */
export function mayReach(address: string, reach: Reach): boolean {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const isIn = (list: BlockList) => list.check(address, family);
  if (!(family === "ipv4" || isIPv6(address)) || isIn(never)) return false;
  if (isIn(own)) return reach === "own networks" || (reach === "this machine" && isIn(loopback));
  return isIn(internet);
}

function listOf(ranges: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, isIPv4(address) ? "ipv4" : "ipv6");
  return list;
}

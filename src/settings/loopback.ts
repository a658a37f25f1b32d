import { isIP } from "node:net";
import { isLoopback } from "../../db/loopback";
import { plain, withoutBrackets } from "./ip";

/** The address to listen on for a host that means this very machine, in whatever spelling; undefined for any other. */
export function loopbackAddress(host: string): string | undefined {
  const bare = withoutBrackets(host);
  const url = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}`);
  if (!url || url.href !== `http://${url.hostname}/`) return undefined; // a port, a path or a name with it
  const known = plain(withoutBrackets(url.hostname).replace(/\.$/, ""));
  if (isIP(known) === 0) return isLoopback(known) ? "localhost" : undefined; // the name that all the others lead to
  return isLoopback(known) ? known : undefined;
}

import { cookiesNamed } from "../session/cookie";
import { dropStrays } from "../session/strays";
import type { Config } from "../settings/config";
import { answersOnAnyHost, isFile } from "./paths";

/**
 * The answer to a request, which drops the planted cookie when it came with two of the session's name: with two nobody
 * is signed in until the browser has dropped the one that a neighbour planted.
 */
export function healed(
  request: Request,
  response: Response,
  { name, origin, cookieDomain }: Pick<Config, "origin" | "cookieDomain"> & { name: string },
): Response {
  if (!cookieDomain || !maySetACookie(request)) return response;
  if (cookiesNamed(request.headers.get("cookie") ?? "", name).length < 2) return response;
  const { pathname } = new URL(request.url);
  const strays = dropStrays(pathname, { name, cookieDomain, hostname: new URL(origin).hostname });
  // A jar that knows no paths keeps what it is given last.
  const lines = [...strays, ...response.headers.getSetCookie()];
  response.headers.delete("set-cookie");
  for (const line of lines) response.headers.append("set-cookie", line);
  return response;
}

/** Whether the answer to a request may set cookies: not that of a file, nor what programs ask on any host. */
export const maySetACookie = ({ url }: Request) => {
  const { pathname } = new URL(url);
  return !answersOnAnyHost(pathname) && !isFile(pathname);
};

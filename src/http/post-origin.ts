import type { Config } from "../settings/config";
import { isWebForm } from "./said-twice";

/**
 * Where a POST comes from. Each question is answered before anything is counted, hashed or written: whatever another
 * site can make a visitor's browser send would else hold up that visitor's account, or everybody at that address.
 */

/**
 * Whether a POST comes from a page of this very origin. Stops cross-site request forgery, sign-in included: an
 * attacker who signs a victim in to the attacker's account reads what the victim then enters. Every browser says where
 * a form comes from; a program has to send the Origin it means.
 */
export function isOwnPost(headers: Headers, own: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  return originOf(headers, own) === own;
}

type Origins = Pick<Config, "origin" | "trustedOrigins">;

/** Why a POST to Better Auth's API is refused, in that API's words. */
export type ForeignPost = "INVALID_ORIGIN" | "MISSING_OR_NULL_ORIGIN" | "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED";

/**
 * Better Auth's own rule for its API, asked before it: our pages and those of the trusted origins may post. A program
 * that is no browser, and holds no session, need not say where it is: but it sends no web form, as another site could.
 * Gives why a request is refused, if it is.
 */
export function foreignPost(headers: Headers, { origin: own, trustedOrigins }: Origins): ForeignPost | undefined {
  const site = headers.get("sec-fetch-site")?.trim();
  const isFromElsewhere = site === "cross-site" || site === "same-site";
  const navigates = headers.get("sec-fetch-mode") === "navigate";
  if (site === "cross-site" && navigates) return "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED";
  const from = originOf(headers, own);
  if (from !== undefined) {
    const allowed = isFromElsewhere ? trustedOrigins : [own, ...trustedOrigins];
    return allowed.includes(URL.parse(from)?.origin ?? "") ? undefined : "INVALID_ORIGIN";
  }
  const isProgram = !signsOfBrowser.some((name) => headers.get(name)?.trim());
  return isProgram && !isWebForm(headers) ? undefined : "MISSING_OR_NULL_ORIGIN";
}

const signsOfBrowser = ["cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

/**
 * The origin a request says it comes from; undefined when it does not say. `Sec-Fetch-Site: same-origin` is as good as
 * an Origin, because no page can set it: there are browsers, and filters before them, that leave out the other two.
 */
export function originOf(headers: Headers, own: string): string | undefined {
  const isSameOrigin = headers.get("sec-fetch-site") === "same-origin";
  const given = headers.get("origin") || headers.get("referer");
  if (!given || given === "null") return isSameOrigin ? own : undefined; // `null`: a policy hides it from everybody
  return headers.get("origin") ? given : URL.parse(given)?.origin;
}

import type { NoticeKey } from "../../views/words";
import type { Config } from "../settings/config";
import type { Form } from "./form";
import type { Log } from "../process/log";
import type { Visit } from "./visit";

/** Where a visitor asked to be sent afterwards, when that is a place we send people to. */
export type ReturnTo = (visit: Visit, form?: Form) => string | undefined;

/**
 * Reads `return_to` from the form when there is one, else from the page's address. One that leads elsewhere, or is
 * given twice, is dropped without bothering the visitor, who lands on the account page; the log gets a line.
 */
export function createReturnTo(config: Config, log: Log): ReturnTo {
  return ({ request, facts }, form) => {
    const asked = form ? [form.get("return_to")] : new URL(request.url).searchParams.getAll("return_to");
    const [text = ""] = asked;
    if (text === "" && asked.length < 2) return undefined;
    const target = asked.length === 1 ? safeReturnTo(text, config) : undefined;
    if (target === undefined) log("warn", "return_to.refused", { ...facts });
    return target;
  };
}

type ProxiedVisit = Pick<Visit, "forwardedUrl" | "facts">;

/**
 * The URL of the sign-in page for a visitor who asked one of our proxies for a URL. The sign-in leads back to that URL
 * when Gatehouse may send people there, and browsers send our cookie there: else a visitor who is signed in would be
 * sent round for ever.
 */
export function createSignInUrl(config: Config, log: Log): (visit: ProxiedVisit) => string {
  const page = `${config.origin}/sign-in`;
  let warned = false;
  return ({ forwardedUrl: asked, facts }) => {
    if (asked === undefined) return page;
    const target = safeReturnTo(asked, config);
    if (target === undefined) {
      log("warn", "return_to.refused", { ...facts });
      return page;
    }
    if (cookieReaches(new URL(target).hostname, config)) return `${page}?return_to=${encodeURIComponent(target)}`;
    if (!warned) log("warn", "forward_auth.no_cookie", { origin: new URL(target).origin });
    warned = true;
    return page;
  };
}

/** Whether a browser sends our cookie to a host; ports do not matter to it. */
const cookieReaches = (hostname: string, { origin, cookieDomain: domain }: Config): boolean =>
  hostname === new URL(origin).hostname ||
  (domain !== undefined && (hostname === domain || hostname.endsWith(`.${domain}`)));

/** The notice that a redirect left in the page's address, when it is one this page shows. */
export function noticeIn(request: Request, shown: readonly NoticeKey[]): NoticeKey | undefined {
  const asked = new URL(request.url).searchParams.get("notice");
  return shown.find((notice) => notice === asked);
}

/**
 * Where a `return_to` leads: a path on this host or an address at a trusted origin, written the way a browser will
 * read it; undefined for everything else. What is emitted is the parsed address, never the text that came in, so
 * that no other parser can understand it differently (open redirect).
 */
export function safeReturnTo(
  text: string,
  { origin, trustedOrigins }: Pick<Config, "origin" | "trustedOrigins">,
): string | undefined {
  if (text === "" || /[\s\\\p{Cc}]/u.test(text)) return undefined;
  const url = text.startsWith("/") ? URL.parse(text, origin) : URL.parse(text);
  if (!url || url.href.length > longestAddress || /^\/(\/|%2f|%5c)/i.test(url.pathname)) return undefined;
  const rest = url.pathname + url.search + url.hash;
  if (text.startsWith("/")) return url.origin === origin ? rest : undefined;
  const written = [origin, ...trustedOrigins].find((trusted) => text === trusted || text.startsWith(`${trusted}/`));
  return written !== undefined && url.origin === written && url.username === "" ? written + rest : undefined;
}

/** In characters as a browser writes them, nine for some letters: it has to fit into a URL, a header and a cookie. */
const longestAddress = 2048;

import type { LanguageLink, Owner, PageContext } from "../../views/layout";
import { accentColours } from "../../views/theme";
import { languages, type Language } from "../../views/words";
import type { Config } from "../settings/config";
import type { Assets } from "./assets";
import { languageCookie, setCookie } from "./cookies";
import { seeOther } from "./html";
import { isForPrograms, longestUrl } from "./paths";
import type { Visit } from "./visit";

/** What surrounds the page that answers a request. */
export type PageContextOf = (visit: Visit) => PageContext;

/** What surrounds a page, in the visitor's language. */
export function createPageContexts(
  { brand, mail, mode, origin, home, links, languages: offered, signUp }: Config,
  { assets, sectionsOf }: { assets: Assets; sectionsOf(visit: Visit): PageContext["sections"] },
): PageContextOf {
  const hasMailbox = mode === "local" && mail.isOn && mail.server === undefined;
  const { accent, accentInDark } = accentColours(brand.accent);
  return (visit) => {
    const { request, language, words } = visit;
    const query = request.method === "POST" ? visit.queryOfForm : queryOf(request);
    return {
      words,
      sections: sectionsOf(visit),
      brandName: brand.name,
      assets: assets.addresses,
      pageStyle: assets.pageStyle.text,
      themeColors: { light: accent, dark: accentInDark },
      now: new Date(),
      ...{ origin, home, links },
      timeZone: visit.timeZone,
      owner: visit.owner && ownerOf(visit.owner, origin),
      hasMail: mail.isOn,
      signUp: signUp.who === "open" && signUp.domains.length > 0 ? "some" : signUp.who,
      mailbox: hasMailbox && visit.isAtThisMachine ? "/dev/mail" : undefined,
      otherLanguages: query ? otherLanguages(query, language, offered) : [],
    };
  };
}

/** What a page may repeat in its links. A malformed Host header makes the URL malformed. */
const queryOf = ({ url }: Request) => (url.length > longestUrl ? undefined : URL.parse(url)?.searchParams);

/** A user as pages show them: a picture of this server at its path, and at no other address. */
export const ownerOf = <User extends Owner>(user: User, origin: string): User => ({
  ...user,
  image: user.image?.startsWith(`${origin}/`) ? user.image.slice(origin.length) : user.image,
});

/** The ways to the same page in all languages that are offered but one. */
export const otherLanguages = (
  query: URLSearchParams,
  language: Language,
  offered: readonly Language[],
): LanguageLink[] =>
  offered
    .filter((code) => code !== language)
    .map((code) => {
      const words = languages[code];
      return { language: words.language, name: words.name, href: inLanguage(query, code) };
    });

/** The same page, relative to itself: whatever stands in the path, it leads nowhere else. */
function inLanguage(query: URLSearchParams, language: string): string {
  const chosen = new URLSearchParams(query);
  chosen.set("lang", language);
  return `?${chosen}`;
}

/**
 * The choice in the footer: kept in a cookie, and the visitor is sent on to the page without it. Undefined when nothing
 * was chosen.
 */
export function switchLanguage(request: Request, config: Config): Response | undefined {
  if (!["GET", "HEAD"].includes(request.method) || !request.url.includes("lang=")) return undefined;
  const url = new URL(request.url);
  if (isForPrograms(url.pathname)) return undefined; // programs have no language to choose
  const language = config.languages.find((code) => code === url.searchParams.get("lang"));
  if (language === undefined) return undefined;
  url.searchParams.delete("lang");
  return seeOther({ request }, `${config.origin}${url.pathname}${url.search}`, [
    setCookie(languageCookie, language, config),
  ]);
}

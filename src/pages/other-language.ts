import { languageCookie, setCookie } from "../http/cookies";
import { seeOther } from "../http/html";
import { keepDraft } from "./account/draft";
import { keepJourney } from "./journey";
import type { PageServices } from "./services";

/**
 * The same page in another language, for a form that a link in the footer sends there with `?lang=`: the page has the
 * name and the email address that were typed, and nothing else is done. Undefined when no language is asked for.
 */
export const createOtherLanguage =
  (services: Pick<PageServices, "config" | "keys">): PageServices["inOtherLanguage"] =>
  (visit, form) => {
    const { config } = services;
    const { pathname, searchParams } = new URL(visit.request.url);
    const language = config.languages.find((code) => code === searchParams.get("lang"));
    if (language === undefined) return undefined;
    searchParams.delete("lang");
    const email = form.get("email");
    const typed = email !== "" && email.length <= longestEmail ? keepJourney(services, { email }) : [];
    const cookies = [setCookie(languageCookie, language, config), ...typed, ...keepDraft(visit, services, form)];
    return seeOther(visit, searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname, cookies);
  };

const longestEmail = 254; // characters

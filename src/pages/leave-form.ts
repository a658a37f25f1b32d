import { longestEmail } from "../guard/email-address";
import { languageCookie, setCookie } from "../http/cookies";
import { seeOther } from "../http/html";
import { keepDraft } from "./draft";
import { keepJourney } from "./journey";
import type { PageServices } from "./services";

/**
 * The answer to a form that is left for another page: a script sends it along with `?lang=`, by the links in the
 * footer, or with `?to=`, by the links from one page of a journey to the next. There are the name and the email address
 * that were typed, and nothing else is done. Undefined when it is not left.
 */
export const createLeaveForm =
  (services: Pick<PageServices, "config" | "keys">): PageServices["leaveForm"] =>
  (visit, form) => {
    const { config } = services;
    const { pathname, searchParams } = new URL(visit.request.url);
    const language = config.languages.find((code) => code === searchParams.get("lang"));
    const to = nextPage(searchParams.get("to"));
    if (language === undefined && to === undefined) return undefined;
    searchParams.delete("lang");
    const samePage = searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname;
    const email = form.get("email");
    const cookies = [
      ...(language === undefined ? [] : [setCookie(languageCookie, language, config)]),
      ...(ofJourney.test(pathname) && isKept(email) ? keepJourney(services, { email }) : []),
      ...keepDraft(services, form, to?.startsWith("/sign-up") ? pathOf(to) : pathname),
    ];
    return seeOther(visit, to ?? samePage, cookies);
  };

/** The pages whose address is that of whoever fills them in: elsewhere it is a new one, or somebody else's. */
const ofJourney = /^\/(sign-in|sign-up|forgot-password|verify-email)\b/;

const isKept = (email: string) => email !== "" && email.length <= longestEmail;

const pathOf = (page: string) => page.replace(/\?.*/, "");

/** Of our own pages those that a journey leads to, with their query; undefined for anything else. */
const nextPage = (to: string | null): string | undefined =>
  /^\/(sign-in|sign-up|sign-up\/passkey|forgot-password)(\?[\w%=&.~*-]*)?$/.exec(to ?? "")?.[0];

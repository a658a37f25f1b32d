import {
  readCookie,
  readSealedCookie,
  returnToCookie,
  setCookie,
  setSealedCookie,
  typedEmailCookie,
} from "../http/cookies";
import type { Form } from "../http/form";
import { safeReturnTo } from "../http/return-to";
import type { Visit } from "../http/visit";
import type { PageServices } from "./services";

/**
 * What the pages of one journey hand on to each other in cookies. So it is there in the tab that a mail's link opened,
 * and stands neither in the mail nor in any URL.
 */
interface Journey {
  /** The address that was typed. */
  email: string;
  /** Where the visitor was going. */
  target?: string;
}

type JourneyServices = Pick<PageServices, "config" | "keys" | "returnTo">;

/** The `Set-Cookie` lines that hand on a journey. */
export function keepJourney({ config, keys }: Omit<JourneyServices, "returnTo">, { email, target }: Journey): string[] {
  const seal = { key: keys.returnTo, secure: config.secure };
  const typedEmail = setCookie(typedEmailCookie, email, config);
  return target ? [typedEmail, setSealedCookie(returnToCookie, toBase64url(target), seal)] : [typedEmail];
}

/** The address that was typed on an earlier page; empty when there is none. */
export const typedEmail = ({ cookies }: Visit, { config }: Pick<PageServices, "config">): string =>
  readCookie(typedEmailCookie, cookies, config);

/**
 * Where the visitor is going: by the form or the page's URL, else as an earlier page of the journey kept it. What was
 * kept is checked like any other, because the settings may have changed since.
 */
export function journeysEnd(
  visit: Visit,
  { config, keys, returnTo }: JourneyServices,
  form?: Form,
): string | undefined {
  const seal = { key: keys.returnTo, secure: config.secure };
  return (
    returnTo(visit, form) ?? safeReturnTo(fromBase64url(readSealedCookie(returnToCookie, visit.cookies, seal)), config)
  );
}

/** The `Set-Cookie` lines that end a journey, for what the browser kept of it: the visitor has arrived. */
export const endJourney = ({ cookies }: Visit, { config }: Pick<PageServices, "config">): string[] =>
  [typedEmailCookie, returnToCookie]
    .filter((cookie) => readCookie(cookie, cookies, config) !== "")
    .map((cookie) => setCookie(cookie, "", config));

/** Three characters for two, and none that a cookie would write as three. */
const toBase64url = (text: string) => Buffer.from(text).toString("base64url");
const fromBase64url = (text = "") => Buffer.from(text, "base64url").toString();

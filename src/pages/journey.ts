import { withReturnTo } from "../../views/kit";
import { isToBeDeleted } from "../account/deletion";
import { suspendedPath, suspensionOf, tellSuspended } from "../account/suspension";
import {
  readCookie,
  readSealedCookie,
  returnToCookie,
  setCookie,
  setSealedCookie,
  signUpCookie,
  timeZoneCookie,
  typedEmailCookie,
} from "../http/cookies";
import type { Form } from "../http/form";
import { seeOther } from "../http/html";
import { isServerError, type Problem } from "../http/problem";
import { safeReturnTo } from "../http/return-to";
import { knownZone } from "../http/time-zone";
import type { Visit } from "../http/visit";
import { homePath, type PageServices } from "./services";

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
  const seal = { keys: keys.returnTo, secure: config.secure };
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
  const seal = { keys: keys.returnTo, secure: config.secure };
  return (
    returnTo(visit, form) ?? safeReturnTo(fromBase64url(readSealedCookie(returnToCookie, visit.cookies, seal)), config)
  );
}

/** Takes the zone that a form's script filled in, for this visit and, by the `Set-Cookie` lines it gives, the next. */
export function takeTimeZone(visit: Visit, form: Form, { config }: Pick<PageServices, "config">): string[] {
  const told = knownZone(form.get("time_zone"));
  if (told === undefined || told === visit.timeZone) return [];
  visit.timeZone = told;
  return [setCookie(timeZoneCookie, told, config)];
}

interface Arrived {
  /** What is still to be done before there is a session. */
  furtherStep?: { path: string };
  email: string;
  /** Where the page leads. */
  next: string;
  target: string | undefined;
}

/** The answer to whoever has just signed in: the journey ends where it was to lead, or goes on with a further step. */
export async function arrive(visit: Visit, services: PageServices, arrived: Arrived): Promise<Response> {
  const { furtherStep, email, next, target } = arrived;
  if (furtherStep) return seeOther(visit, withReturnTo(furtherStep.path, target));
  // An account that is to be deleted is decided on first. Should that not be known now, the account page asks again.
  const isClosing = await isToBeDeleted(services.database, email).catch(() => false);
  const detour = isClosing ? undefined : await detourOf(visit, services, email);
  const path = isClosing ? "/account/delete" : detour ? withReturnTo(detour, next) : next;
  return seeOther(visit, path, endJourney(visit, services));
}

/** A step of a sign-in that is over. */
interface StepOver {
  form?: Form;
  /** Who waited for it, where they have proved that: whoever was suspended meanwhile is told. */
  userId?: string;
  /** The `Set-Cookie` line by which the browser forgets that step. */
  forget: string;
  /** Why there is no session, where the step was taken: what cannot be known now is nobody's delay. */
  why?: Problem;
}

/**
 * The answer to whoever came too late for a step of a sign-in, or with another browser: they begin again, and are led
 * to the same place.
 */
export async function beginAgain(
  visit: Visit,
  services: JourneyServices & Pick<PageServices, "database" | "answerProblem">,
  { form, userId, forget, why }: StepOver,
): Promise<Response> {
  if (why && isServerError(why)) return services.answerProblem(visit, why);
  const target = journeysEnd(visit, services, form);
  if (await visit.signedIn()) return seeOther(visit, target ?? homePath);
  if (userId !== undefined && (await suspensionOf(services.database.orm, userId)))
    return seeOther(visit, suspendedPath, [forget, tellSuspended(services, userId)]);
  return seeOther(visit, withReturnTo("/sign-in?notice=step_over", target), [forget]);
}

/** What is to be seen before going on. The sign-in is done: when this cannot be known now, there is nothing. */
const detourOf = (visit: Visit, services: PageServices, email: string): Promise<string | undefined> =>
  services.detourOf(services, visit, email).catch(() => undefined);

/** The `Set-Cookie` lines that end a journey, for what the browser kept of it. */
const endJourney = ({ cookies }: Visit, { config }: PageServices): string[] =>
  [typedEmailCookie, returnToCookie, signUpCookie]
    .filter((cookie) => readCookie(cookie, cookies, config) !== "")
    .map((cookie) => setCookie(cookie, "", config));

/** Three characters for two, and none that a cookie would write as three. */
const toBase64url = (text: string) => Buffer.from(text).toString("base64url");
const fromBase64url = (text = "") => Buffer.from(text, "base64url").toString();

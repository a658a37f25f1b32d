import { AccountActivityPage } from "../../../views/account-activity";
import type { EventProps } from "../../../views/events";
import { activityOf, type Activity } from "../../account/events";
import { page } from "../../http/html";
import type { Visit } from "../../http/visit";
import type { SignedIn } from "../../session/signed-in";
import { routesOf, type PageServices } from "../services";
import { forOwner } from "./owner";

const path = "/account/activity";
const onOnePage = 30;

/** `/account/activity`: what happened to the account, newest first, refusals included. */
export const activityPage = (services: PageServices) =>
  routesOf("account/activity").get(
    path,
    forOwner((visit, signedIn) => show(visit, signedIn, services)),
  );

async function show(visit: Visit, { user }: SignedIn, { database, frame }: PageServices) {
  const before = eventIdIn(visit);
  const found = await activityOf(database, user.id, { count: onOnePage + 1, before });
  const shown = found.slice(0, onOnePage);
  const events = await withDevices(shown, visit);
  const older = found.length > onOnePage ? `${path}?before=${shown.at(-1)?.id}` : undefined;
  return page(AccountActivityPage({ frame: frame(visit), events, older, isFirstPage: before === undefined }));
}

/** Events with the names of their devices; another subject than a device stays as it is. */
export async function withDevices(events: Activity[], { words }: Visit): Promise<EventProps[]> {
  const { deviceName } = await import("../../account/device-name");
  const browsers = new Set(events.flatMap(({ userAgent, subject }) => [userAgent, subject])); // mostly one and the same
  const names = new Map([...browsers].map((browser) => [browser, browser && deviceName(browser, words)]));
  const nameOf = (browser: string | null) => names.get(browser) ?? null;
  return events.map(({ userAgent, subject, country, ...event }) => ({
    ...event,
    device: nameOf(userAgent),
    subject: event.kind === "sessions_ended" ? nameOf(subject) : subject,
    country: country && words.country(country),
  }));
}

/** Where to go on reading, from the page's URL; anything but a whole number means the beginning. */
function eventIdIn({ request }: Visit): number | undefined {
  const text = new URL(request.url).searchParams.get("before") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

import { page } from "../../../http/html";
import { statusOf } from "../../../http/problem";
import { startOfDay } from "../../../http/time-zone";
import type { Visit } from "../../../http/visit";
import { withDevices } from "../../../pages/account/activity";
import { routesOf, type PageServices } from "../../../pages/services";
import { days, inMilliseconds } from "../../../time";
import { addressesOf } from "../people/actors";
import { searchEvents, type FoundEvent, type WantedEvents } from "../people/events";
import { findPerson } from "../people/person";
import { EventsPage, type EventsProps } from "../views/events";
import { pageWords } from "../words/pages";
import { dayIn } from "./acts";
import { forStaff, type Staff } from "./staff";

const path = "/admin/events";

/** `/admin/events`: what happened, to whom, from where and when. */
export const eventsPage = (services: PageServices) =>
  routesOf("admin/events").get(path, ({ visit }) => forStaff(services, visit, (staff) => show(staff, services)));

const onOnePage = 50;

async function show({ visit }: Staff, services: PageServices) {
  const query = new URL(visit.request.url).searchParams;
  const asked = askedIn(query);
  const found = await wantedIn(asked, { query, timeZone: visit.timeZone }, services);
  const events = found === undefined ? [] : await searchEvents(services.database.orm, found);
  const shown = events.slice(0, onOnePage);
  const older = events.length > onOnePage ? { ...asked, before: String(shown.at(-1)?.id) } : undefined;
  const own = pageWords[visit.language];
  const described = await withDevices(shown, visit);
  const actors = await addressesOf(
    services.database.orm,
    shown.map(({ actor }) => actor),
  );
  const view = EventsPage({
    ...{ frame: services.frame(visit), own, asked, start: query.has("before") ? pathOf(asked) : undefined },
    script: services.scripts.administration ?? "",
    events: shown.flatMap((event, place) => {
      const { [place]: ofPage } = described;
      return ofPage ? [{ ...ofPage, userId: event.userId, email: event.email, ...actingIn(event, actors) }] : [];
    }),
    problem: found === undefined ? own.events.malformed : undefined,
    older: older && pathOf(older),
  });
  return page(view, { status: found === undefined ? statusOf("email_malformed") : 200 });
}

const pathOf = (query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`;

/** Who did it for somebody else, and why. */
const actingIn = ({ actor, reason }: FoundEvent, actors: Map<string, string>) => ({
  actorEmail: actor === null ? undefined : actors.get(actor),
  reason,
});

/** What was asked for, as it was typed. */
const askedIn = (query: URLSearchParams): EventsProps["asked"] => {
  const [person = "", kind = "", address = "", from = "", to = ""] = ["person", "kind", "address", "from", "to"].map(
    (name) => query.get(name)?.trim() ?? "",
  );
  return { person, kind, address, from, to };
};

/**
 * The same as the database is asked; undefined where a day is none. Whom nobody is, nothing happened to. A day is one
 * of the calendar by which the events are shown.
 */
async function wantedIn(
  { person, kind, address, from, to }: EventsProps["asked"],
  { query, timeZone }: { query: URLSearchParams } & Pick<Visit, "timeZone">,
  { database }: PageServices,
): Promise<WantedEvents | undefined> {
  const [first, last] = [dayIn(from), dayIn(to)];
  if (first === null || last === null || [person, kind, address].some(isNoText)) return undefined;
  const before = query.get("before") ?? "";
  const end = last && startOfDay(new Date(last.getTime() + inMilliseconds(1 * days)), timeZone);
  return {
    userId: person === "" ? undefined : ((await findPerson(database.orm, person)) ?? person),
    kind: kind || undefined,
    address: address || undefined,
    from: first && startOfDay(first, timeZone),
    to: end && new Date(end.getTime() - 1),
    before: /^\d{1,15}$/.test(before) ? Number(before) : undefined,
    count: onOnePage + 1,
  };
}

/** What no column can hold. */
const isNoText = (text: string) => text.includes("\0") || !text.isWellFormed() || text.length > 1000;

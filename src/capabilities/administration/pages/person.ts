import { page } from "../../../http/html";
import { withDevices } from "../../../pages/account/activity";
import { routesOf, type PageServices } from "../../../pages/services";
import { allows } from "../people/act";
import { personOf, type PersonView } from "../people/person";
import { PersonPage } from "../views/person";
import { words } from "../words";
import { pageWords } from "../words/pages";
import { isPersonAct, personActs, type PersonAct } from "./acts";
import { forStaff, type Staff } from "./staff";

/** `/admin/people/:id`: one person, what is known of them, and what can be done. */
export const personPage = (services: PageServices) =>
  routesOf("admin/person").get("/admin/people/:id", ({ visit, params: { id } }) =>
    forStaff(services, visit, (staff) => show(staff, id, services)),
  );

const shownEvents = 8;

async function show({ visit, roles }: Staff, id: string | null, services: PageServices) {
  const person = await readPerson(services, id);
  if (!person) return services.answerProblem(visit, { problem: "not_found" });
  const done = new URL(visit.request.url).searchParams.get("done") ?? "";
  const { deviceKind, deviceName } = await import("../../../account/device-name");
  const view = PersonPage({
    frame: services.frame(visit),
    own: pageWords[visit.language],
    person,
    acts: actsFor(person, roles, services),
    sessions: person.sessions.map(({ userAgent, ...session }) => ({
      ...session,
      device: deviceName(userAgent, visit.words),
      kind: deviceKind(userAgent) ?? "computer",
    })),
    events: await withDevices(person.events.slice(0, shownEvents), visit),
    mailKinds: words[visit.language].mailKinds,
    done: isPersonAct(done) ? done : undefined,
  });
  return page(view);
}

/**
 * Somebody by their id, which is null in a path that cannot be read; undefined for what no id can be, and once they are
 * gone.
 */
export async function readPerson(services: PageServices, id: string | null): Promise<PersonView | undefined> {
  return id === null || id.includes("\0") || !id.isWellFormed() ? undefined : personOf(services, id);
}

/** What somebody with these roles may do to a person as they are. */
export const actsFor = (person: PersonView, roles: Staff["roles"], services: PageServices): PersonAct[] =>
  Object.keys(personActs)
    .filter(isPersonAct)
    .filter((act) => {
      const { what, needsMail, fits } = personActs[act];
      return fits(person, services) && (services.outbox.isOn || !needsMail) && allows(what, roles, person.roles);
    });

/** Where somebody's page is. */
export const pathOf = (id: string) => `/admin/people/${encodeURIComponent(id)}`;

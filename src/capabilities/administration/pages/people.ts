import { page } from "../../../http/html";
import { statusOf } from "../../../http/problem";
import { routesOf, type PageServices } from "../../../pages/services";
import { listPeople, type Wanted } from "../people/list";
import { PeoplePage, type Filter } from "../views/people";
import { pageWords } from "../words/pages";
import { forStaff, type Staff } from "./staff";

const path = "/admin/people";

/** `/admin/people`: finds people. */
export const peoplePage = (services: PageServices) =>
  routesOf("admin/people").get(path, ({ visit }) => forStaff(services, visit, (staff) => show(staff, services)));

const filters: Record<Filter, Wanted> = {
  all: {},
  unconfirmed: { isConfirmed: false },
  suspended: { isSuspended: true },
  factor: { hasSecondFactor: true },
  "no-factor": { hasSecondFactor: false },
  admin: { role: "admin" },
  support: { role: "support" },
};

const isFilter = (text: string): text is Filter => Object.hasOwn(filters, text);
const onOnePage = 25;

async function show({ visit }: Staff, services: PageServices) {
  const { database, tables } = services;
  const query = new URL(visit.request.url).searchParams;
  const [search, asked, after] = ["search", "filter", "after"].map((name) => query.get(name) ?? "");
  const filter = asked !== undefined && isFilter(asked) ? asked : "all";
  const wanted = { ...filters[filter], search, after, count: onOnePage };
  const listed = await listPeople({ orm: database.orm, tables }, wanted);
  const { people, next } = listed.ok ? listed.value : { people: [], next: undefined };
  const searched = { search: search ?? "", filter };
  const pathOf = (query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`;
  const view = PeoplePage({
    frame: services.frame(visit),
    script: services.scripts.administration ?? "",
    own: pageWords[visit.language],
    ...{ people, ...searched, isGone: query.get("done") === "deleted" },
    problem: listed.ok ? undefined : visit.words.problems[listed.problem],
    start: after ? pathOf(searched) : undefined,
    next: next && pathOf({ ...searched, after: next }),
  });
  return page(view, { status: listed.ok ? 200 : statusOf(listed.problem) });
}

import { isUnavailable } from "../../../../db/failure";
import { page } from "../../../http/html";
import type { Visit } from "../../../http/visit";
import { routesOf, type PageServices } from "../../../pages/services";
import { dayCounts, standing } from "../overview";
import { holders } from "../people/roles";
import { OverviewPage } from "../views/overview";
import { pageWords } from "../words/pages";
import { adminPath } from "../roles";
import { forStaff } from "./staff";

/** `/admin`: how things are, and how they have been. */
export const overviewPage = (services: PageServices) =>
  routesOf("admin").get(adminPath, ({ visit }) =>
    forStaff(services, visit, async () => {
      const { orm } = services.database;
      const frame = services.frame(visit);
      const counted = await standing(orm); // before the others: they would be part of what it took
      const staff = await holders(orm);
      const days = await dayCounts(orm, frame.now).catch((error) => unlessTooMuch(error, visit, services));
      return page(OverviewPage({ frame, own: pageWords[visit.language], days, standing: counted, staff }));
    }),
  );

/** What happened to a great many people may take too long to be counted; the page leads to the others all the same. */
function unlessTooMuch(error: unknown, visit: Visit, { log }: PageServices): undefined {
  if (!isUnavailable(error)) throw error;
  log("warn", "overview.uncounted", { error, ...visit.facts });
}

import { page } from "../../../http/html";
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
      const [days, staff] = await Promise.all([dayCounts(orm, frame.now), holders(orm)]);
      return page(OverviewPage({ frame, own: pageWords[visit.language], days, standing: counted, staff }));
    }),
  );

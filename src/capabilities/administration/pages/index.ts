import type { OwnPages } from "../../../capability";
import type { PageServices } from "../../../pages/services";
import { eventsPage } from "./events";
import { invitationsPage } from "./invitations";
import { overviewPage } from "./overview";
import { peoplePage } from "./people";
import { personPage } from "./person";
import { personActPage } from "./person-act";

/** Every page of the administration. */
export const pagesOf = (services: PageServices): OwnPages => ({
  pages: [
    overviewPage(services),
    peoplePage(services),
    personPage(services),
    personActPage(services),
    eventsPage(services),
    invitationsPage(services),
  ],
});

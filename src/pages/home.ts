import { seeOther } from "../http/html";
import { homePath, routesOf } from "./services";

/** `/`: on to the account, or to the sign-in page. */
export const homePage = () =>
  routesOf("home").get("/", async ({ visit }) => seeOther(visit, (await visit.signedIn()) ? homePath : "/sign-in"));

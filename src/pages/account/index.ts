import type { PageServices } from "../services";
import { activityPage } from "./activity";
import { deletePage } from "./delete";
import { emailPage } from "./email";
import { exportPage } from "./export";
import { overviewPage } from "./overview";
import { passwordPage } from "./password";
import { picturePage } from "./picture";
import { profilePage } from "./profile";
import { sessionsPage } from "./sessions";

/** Every page of the account. */
export const accountPages = (services: PageServices) =>
  [
    overviewPage,
    profilePage,
    picturePage,
    emailPage,
    passwordPage,
    sessionsPage,
    activityPage,
    exportPage,
    deletePage,
  ].map((page) => page(services));

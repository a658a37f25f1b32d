import type { PageNeeds } from "../needs";
import { activityPage } from "./activity";
import { deletePage } from "./delete";
import { emailPage } from "./email";
import { exportPage } from "./export";
import { passwordPage } from "./password";
import { picturePage } from "./picture";
import { profilePage } from "./profile";
import { sessionsPage } from "./sessions";

/** Every page of the account. */
export const accountPages = (needs: PageNeeds) =>
  [profilePage, picturePage, emailPage, passwordPage, sessionsPage, activityPage, exportPage, deletePage].map((page) =>
    page(needs),
  );

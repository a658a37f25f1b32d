import { defineCapability, type Contribution } from "../../capability";
import { oneOf, optional, withDefault } from "../../settings/setting";
import { addresses, appointFirst, appointLater } from "./first-admins";
import { letters, lettersOfDeleted, mailKinds } from "./letters";
import { adminPath, isRole } from "./roles";
import { words } from "./words";

/** Administration: what is done to the accounts of others, by operators and by people with a role. */
export const administration = defineCapability(
  {
    name: "administration",
    words,
    mails: mailKinds,
    migrations: "src/capabilities/administration/migrations",
    script: "src/capabilities/administration/script.js",
    verbs: async () => (await import("./verbs")).verbs,
    settings: {
      GATEHOUSE_ADMIN: withDefault(
        "on",
        oneOf(["on", "off"], "must be `on` or `off`"),
        "Whether the pages of the administration are at `/admin`, for people with a role; `off` leaves the verbs.",
      ),
      GATEHOUSE_ADMINS: optional(
        addresses,
        "Email addresses, with commas between them, whose owners become administrators once they have confirmed " +
          "them, at a start or later, as long as there is no administrator yet.",
      ),
    },
    check: (database, { own }) => appointFirst(database, own.GATEHOUSE_ADMINS),
  },
  ({ settings }) => ({
    letters,
    lettersOfDeleted,
    worker: (services) => appointLater(services, settings.GATEHOUSE_ADMINS),
    ...(settings.GATEHOUSE_ADMIN === "on" && { pages, sections }),
  }),
);

const pages: Contribution["pages"] = async (services) => (await import("./pages/index")).pagesOf(services);

const sections: Contribution["sections"] = (language, owner) =>
  owner?.roles.some(isRole) ? [{ path: adminPath, title: words[language].title, icon: "shield" }] : [];

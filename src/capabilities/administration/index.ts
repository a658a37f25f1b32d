import { ownPath } from "../../../db/own-path";
import { defineCapability } from "../../capability";
import { letters, mailKinds } from "./letters";
import { verbs } from "./verbs";
import { words } from "./words";

/** Administration: what is done to the accounts of others, by operators and by people with a role. */
export const administration = defineCapability(
  {
    name: "administration",
    words,
    mails: mailKinds,
    migrations: ownPath("src/capabilities/administration/migrations"),
    verbs,
  },
  () => ({ letters }),
);

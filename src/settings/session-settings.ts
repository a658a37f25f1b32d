import * as z from "zod";
import { backendKeys, wholeNumber } from "./values";

/** How long sessions last, and who keeps them in memory. Each is described as in `settings.ts`. */
export const sessionSettings = {
  GATEHOUSE_SESSION_IDLE_DAYS: wholeNumber(1, 365, 7).describe("Days of inactivity after which a session ends."),
  GATEHOUSE_SESSION_LONGEST_DAYS: wholeNumber(1, 365, 30).describe(
    "Days after which a session ends however much it was used.",
  ),
  GATEHOUSE_SESSION_BRIEF_HOURS: wholeNumber(1, 168, 24).describe(
    'Hours after which a session ends where "Keep me signed in" was left out; it ends with the browser too.',
  ),
  GATEHOUSE_SESSIONS_PER_PERSON: wholeNumber(1, 1000, 50).describe(
    "How many sessions one person keeps; the next sign-in ends the oldest.",
  ),
  GATEHOUSE_FRESH_MINUTES: wholeNumber(1, 1440, 15).describe(
    "Minutes after a sign-in in which what matters may be done without the password.",
  ),
  GATEHOUSE_SESSION_CACHE: wholeNumber(0, 1_000_000, 20_000).describe(
    "How many checked sessions are kept in memory while nothing about them changes; `0` asks the database each time.",
  ),
  GATEHOUSE_BACKEND_KEY: z
    .string()
    .transform(backendKeys)
    .optional()
    .describe(
      "The key with which backends of yours hear which sessions changed, so that they may answer from memory. " +
        "Several, comma-separated, while one takes the place of another.",
    ),
};

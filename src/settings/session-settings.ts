import { optional, wholeNumber, withDefault } from "./setting";
import { backendKeys } from "./values";

/** How long sessions last, and who keeps them in memory. Each is described as in `settings.ts`. */
export const sessionSettings = {
  GATEHOUSE_SESSION_IDLE_DAYS: withDefault("7", wholeNumber(1, 365), "Days of inactivity after which a session ends."),
  GATEHOUSE_SESSION_LONGEST_DAYS: withDefault(
    "30",
    wholeNumber(1, 365),
    "Days after which a session ends however much it was used.",
  ),
  GATEHOUSE_SESSION_BRIEF_HOURS: withDefault(
    "24",
    wholeNumber(1, 168),
    'Hours after which a session ends where "Keep me signed in" was left out; it ends with the browser too.',
  ),
  GATEHOUSE_SESSIONS_PER_PERSON: withDefault(
    "50",
    wholeNumber(1, 1000),
    "How many sessions one person keeps; the next sign-in ends the oldest.",
  ),
  GATEHOUSE_FRESH_MINUTES: withDefault(
    "15",
    wholeNumber(1, 1440),
    "Minutes after a sign-in in which what matters may be done without the password.",
  ),
  GATEHOUSE_SESSION_CACHE: withDefault(
    "20000",
    wholeNumber(0, 1_000_000),
    "How many checked sessions are kept in memory while nothing about them changes; `0` asks the database each time.",
  ),
  GATEHOUSE_BACKEND_KEY: optional(
    backendKeys,
    "The key with which backends of yours hear which sessions changed, so that they may answer from memory. " +
      "Several, comma-separated, while one takes the place of another.",
  ),
};

import { timesIn } from "../dates";

/** Times in English. */
export const { month, ...times } = timesIn("en", { justNow: "just now", unknown: "unknown" });

import { timesIn } from "../dates";

/** Times in German. */
export const { month, ...times } = timesIn("de", { justNow: "gerade eben", unknown: "unbekannt" });

import { timesIn } from "../dates";

/** Times in French. */
export const { month, ...times } = timesIn("fr", { justNow: "à l’instant", unknown: "inconnu" });

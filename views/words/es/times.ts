import { timesIn } from "../dates";

/** Times in Spanish. */
export const { month, ...times } = timesIn("es", { justNow: "ahora mismo", unknown: "desconocido" });

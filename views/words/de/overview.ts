import { month } from "./times";
import type { Words } from "../en";

/** What the first page of the account says. */
export const overview: Words["overview"] = {
  security: "Sicherheit",
  confirmed: "Bestätigt",
  unconfirmed: "Nicht bestätigt",
  changed: "Geändert",
  change: "Ändern",
  noPassword: "Kein Passwort",
  review: "Ansehen",
  reviewDevices: "Geräte ansehen",
  devices: (count) => (count === 1 ? "Auf 1 Gerät angemeldet" : `Auf ${count} Geräten angemeldet`),
  since: (date, timeZone) => `dabei seit ${month(date, timeZone)}`,
  recent: "Letzte Aktivitäten",
  allActivity: "Alle Aktivitäten",
};

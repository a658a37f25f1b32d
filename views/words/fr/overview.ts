import { month } from "./times";
import type { Words } from "../en";

/** What the first page of the account says. */
export const overview: Words["overview"] = {
  security: "Sécurité",
  confirmed: "Confirmée",
  unconfirmed: "Non confirmée",
  changed: "Changé",
  change: "Changer",
  noPassword: "Pas de mot de passe",
  review: "Voir",
  reviewDevices: "Voir les appareils",
  devices: (count) => (count === 1 ? "1 appareil connecté" : `${count} appareils connectés`),
  since: (date, timeZone) => `membre depuis ${month(date, timeZone)}`,
  recent: "Activité récente",
  allActivity: "Toute l’activité",
};

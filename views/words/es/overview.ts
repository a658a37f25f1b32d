import { month } from "./times";
import type { Words } from "../en";

/** What the first page of the account says. */
export const overview: Words["overview"] = {
  security: "Seguridad",
  confirmed: "Confirmado",
  unconfirmed: "Sin confirmar",
  changed: "Cambiada",
  change: "Cambiar",
  noPassword: "Sin contraseña",
  review: "Revisar",
  reviewDevices: "Revisar los dispositivos",
  devices: (count) => (count === 1 ? "Sesión iniciada en 1 dispositivo" : `Sesión iniciada en ${count} dispositivos`),
  since: (date, timeZone) => `miembro desde ${month(date, timeZone)}`,
  recent: "Actividad reciente",
  allActivity: "Toda la actividad",
};

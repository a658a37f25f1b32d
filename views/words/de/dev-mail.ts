import type { Words } from "../en";

/** The page that shows mails in local mode. */
export const devMail: Words["devMail"] = {
  title: "Mails",
  intro: "Lokaler Modus: Diese Mails wären verschickt worden. Sie bleiben, bis das Programm endet.",
  empty: "Noch keine Mail. Erstelle ein Konto, dann steht sie hier.",
  to: "An",
  asText: "Als reiner Text",
  preview: "Die E-Mail, wie sie in einem E-Mail-Programm aussieht",
  copy: (code) => `Code ${code} kopieren`,
  copied: "Kopiert",
};

import type { Words } from "../en";

/** The page that shows mails in local mode. */
export const devMail: Words["devMail"] = {
  title: "E-Mails",
  intro: "Lokaler Modus: E-Mails werden hier angezeigt statt verschickt. Sie bleiben, bis das Programm endet.",
  empty: "Noch keine E-Mails. Erstelle ein Konto, dann erscheint hier die erste.",
  to: "An",
  asText: "Als reiner Text",
  preview: "Die E-Mail, wie sie in einem E-Mail-Programm aussieht",
  copy: (code) => `Code ${code} kopieren`,
  copied: "Kopiert",
};

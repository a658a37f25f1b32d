import type { Words } from "../en";

/** The page that shows mails in local mode. */
export const devMail: Words["devMail"] = {
  title: "E-mails",
  intro: "Mode local : les e-mails s’affichent ici au lieu d’être envoyés. Ils restent jusqu’à l’arrêt du programme.",
  empty: "Aucun e-mail pour l’instant. Créez un compte, et le premier s’affichera ici.",
  to: "À",
  asText: "En texte brut",
  preview: "L’e-mail tel qu’il apparaît dans une messagerie",
  copy: (code) => `Copier le code ${code}`,
  copied: "Copié",
};

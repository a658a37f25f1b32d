import type { Words } from "../en";

/** The page that shows mails in local mode. */
export const devMail: Words["devMail"] = {
  title: "Correos",
  intro: "Modo local: los correos se muestran aquí en lugar de enviarse. Se conservan hasta que termine el programa.",
  empty: "Todavía no hay correos. Crea una cuenta y aquí aparecerá el primero.",
  to: "Para",
  asText: "Como texto sin formato",
  preview: "El correo tal como se ve en un programa de correo",
  copy: (code) => `Copiar el código ${code}`,
  copied: "Copiado",
};

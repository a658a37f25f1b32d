import type { Words } from "../en";

const once = "Le lien est valable une heure et ne sert qu’une fois.";

/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails: Words["mails"] = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand, code) => ({
    subject: `${code} est votre code ${brand}`,
    lines: ["Votre code de confirmation :"],
    after: [
      "Le code est valable 10 minutes, le lien une heure. Si vous l’ouvrez dans un autre navigateur que celui de " +
        "votre inscription, vous choisirez un nouveau mot de passe.",
      "Si vous n’avez pas créé de compte, vous pouvez ignorer cet e-mail.",
    ],
  }),
  verifyAction: "Confirmer l’adresse",
  accountExists: (brand) => ({
    subject: `Terminez votre connexion à ${brand}`,
    lines: [
      `Quelqu’un (peut-être vous) a voulu créer un compte ${brand} avec cette adresse e-mail ou a demandé un code. ` +
        "Un compte existe déjà à cette adresse.",
      "Connectez-vous comme avant, ou choisissez ici un nouveau mot de passe. Cela confirme aussi votre adresse " +
        "e-mail :",
    ],
    after: [`${once} Si ce n’était pas vous, vous pouvez ignorer cet e-mail.`],
  }),
  reset: (brand) => ({
    subject: `${brand} : choisissez un nouveau mot de passe`,
    lines: [`Nous avons reçu une demande de nouveau mot de passe pour votre compte ${brand}.`],
    after: [`${once} Si ce n’était pas vous, ignorez cet e-mail : votre mot de passe ne change pas.`],
  }),
  resetAction: "Choisir un nouveau mot de passe",
  confirmEmail: (brand) => ({
    subject: `${brand} : confirmez votre nouvelle adresse e-mail`,
    lines: [`Quelqu’un (vous, espérons-le) voudrait utiliser cette adresse e-mail pour son compte ${brand}.`],
    after: [`${once} Si cela ne vous dit rien, ignorez cet e-mail : rien ne changera.`],
  }),
  confirmEmailAction: "Utiliser cette adresse",
  typedFooter: (brand) =>
    `Vous recevez cet e-mail parce que quelqu’un a saisi cette adresse sur ${brand}. Merci de ne pas y répondre.`,
  invitationFooter: (brand) =>
    `Vous recevez cet e-mail parce que quelqu’un vous a invité·e sur ${brand}. Merci de ne pas y répondre.`,
  invitation: (brand) => ({
    subject: `${brand} : vous avez une invitation`,
    lines: [`Vous êtes invité·e à créer un compte ${brand} avec cette adresse e-mail.`],
    after: ["Le lien est valable 7 jours et ne peut servir qu’une fois. Si cela ne vous dit rien, ignorez cet e-mail."],
  }),
  invitationAction: "Créer votre compte",
  emailTaken: (brand) => ({
    subject: `${brand} : vous avez déjà un compte`,
    lines: [
      `Quelqu’un (peut-être vous) a voulu passer un autre compte ${brand} à cette adresse e-mail. Elle a déjà son ` +
        "propre compte, rien n’a donc changé.",
      "Si vous avez oublié le mot de passe de ce compte, choisissez-en un nouveau :",
    ],
    after: [`${once} Si ce n’était pas vous, vous pouvez ignorer cet e-mail.`],
  }),
  emailChanged: (brand, newEmail) => ({
    subject: `${brand} : votre adresse e-mail a été changée`,
    lines: [`Votre compte ${brand} utilise maintenant ${newEmail}. Nos e-mails y seront désormais envoyés.`],
  }),
  undoEmail: "Ce n’était pas vous ? Vous avez 7 jours pour annuler le changement et récupérer votre compte :",
  passwordChanged: (brand) => ({
    subject: `${brand} : votre mot de passe a été changé`,
    lines: [`Le mot de passe de votre compte ${brand} a été changé.`],
  }),
  passwordRemoved: (brand) => ({
    subject: `${brand} : votre mot de passe a été supprimé`,
    lines: [`Le mot de passe de votre compte ${brand} a été supprimé. Désormais, vous ne vous connectez qu’autrement.`],
  }),
  newDevice: (brand, device) => ({
    subject: `Nouvelle connexion à ${brand} : ${device}`,
    lines: [`Une nouvelle connexion à votre compte ${brand} a eu lieu.`, "Si c’était vous, vous n’avez rien à faire."],
  }),
  deletionAsked: (brand, due) => ({
    subject: `${brand} : votre compte va être supprimé`,
    lines: [
      `Votre compte ${brand} est fermé. Il sera supprimé définitivement le ${due}, avec tout ce qui s’y rattache.`,
      "Pour le garder, connectez-vous avant cette date et annulez la suppression.",
    ],
  }),
  notMe: "Ce n’était pas vous ? Déconnectez tous les appareils et choisissez un nouveau mot de passe :",
  footer: (brand) =>
    `Vous recevez cet e-mail en raison d’une activité sur votre compte ${brand}. Merci de ne pas y répondre.`,
  verifyTitle: "Confirmez votre adresse e-mail",
  or: "ou",
  neverAsk: "Nous ne vous demanderons jamais ce code par téléphone, par e-mail ou par chat.",
  notMeAction: "Protéger mon compte",
  undoEmailAction: "Annuler le changement",
  support: "Contacter l’assistance",
  signInFacts: ({ device, address, country, at }) => [
    { label: "Appareil", value: device },
    { label: "Adresse IP", value: address || "Inconnue" },
    ...(country ? [{ label: "Pays", value: country }] : []),
    { label: "Heure", value: at },
  ],
};

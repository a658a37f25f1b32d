import { country, wait } from "../dates";
import type { Words } from "../en";
import { accountPages } from "./account";
import { activity } from "./activity";
import { devMail } from "./dev-mail";
import { mails } from "./mails";
import { overview } from "./overview";
import { problems } from "./problems";
import { times } from "./times";

/** Every word a person reads, in French, with "vous" throughout. Short, warm, exact, as in English. */
export const fr: Words = {
  language: "fr",
  name: "Français",
  common: {
    email: "Adresse e-mail",
    password: "Mot de passe",
    name: "Nom",
    showPassword: "Afficher le mot de passe",
    hidePassword: "Masquer le mot de passe",
    offline: "Le serveur est injoignable. Vérifiez votre connexion et réessayez.",
    skip: "Aller au contenu",
    signIn: "Se connecter",
    code: "Code",
    strength: {
      weak: "Faible.",
      fair: "Moyen. Un mot de plus le rend bien plus difficile à deviner.",
      good: "Bon. Il est difficile à deviner.",
      strong: "Solide. Il est très difficile à deviner.",
    },
    error: "Erreur :",
    cancel: "Annuler",
    continueTo: (site) => `pour continuer vers ${site}`,
    backTo: (name) => `Retour à ${name}`,
    localMode: "Mode local : les e-mails ne sont pas envoyés. Vous pouvez les lire ici.",
    links: {
      Privacy: "Confidentialité",
      Terms: "Conditions",
      Imprint: "Mentions légales",
      Help: "Aide",
      Contact: "Contact",
    },
    localMails: "Voir les e-mails",
    openMailbox: (name) => `Ouvrir ${name}`,
    capsLock: "Verr. Maj. est activé.",
    passwordShown: "Votre mot de passe est visible.",
  },
  signIn: {
    title: "Connexion",
    action: "Se connecter",
    working: "Connexion…",
    remember: "Rester connecté sur cet appareil",
    rememberHint: (days) =>
      `${days === 1 ? "Pendant un jour" : `Pendant ${days} jours au plus`}. Pas sur un ordinateur partagé.`,
    reset: "Réinitialiser le mot de passe",
    toSwitch: ({ from, to }) => `Connectez-vous avec ${from} pour passer à ${to}.`,
    noAccount: "Nouveau ici ?",
    signUp: "Créer un compte",
    forgot: "Mot de passe oublié ?",
  },
  signUp: {
    title: "Créez votre compte",
    action: "Créer le compte",
    working: "Création du compte…",
    passwordHint: "Au moins 8 caractères. Trois ou quatre mots au hasard font l’affaire.",
    readFirst: "À lire avant de commencer :",
    haveAccount: "Vous avez déjà un compte ?",
    closedTitle: "Les inscriptions sont fermées",
    invitedTitle: "Sur invitation uniquement",
    signIn: "Se connecter",
  },
  ...accountPages,
  verify: {
    title: "Confirmez votre adresse e-mail",
    sentTo: (address) =>
      `Nous avons envoyé un e-mail à ${address}. Saisissez le code ou ouvrez le lien qu’il contient.`,
    sent: "Saisissez votre adresse e-mail et le code reçu, ou ouvrez le lien contenu dans l’e-mail.",
    codeHint: "Six chiffres, valables 10 minutes.",
    action: "Confirmer l’adresse",
    working: "Confirmation…",
    noMail: "Rien reçu ? Regardez dans vos spams.",
    resend: "Envoyer un nouveau code",
    resending: "Envoi…",
    later: "Plus tard",
    confirmed: "Déjà confirmée ?",
    byLink: (address) => `Confirmez que ${address} est votre adresse e-mail.`,
    wrongAddress: "Mauvaise adresse ?",
    newCode: "Envoyer un nouveau code",
    restricted: "Nous n’en envoyons qu’aux adresses qui peuvent avoir un compte ici.",
  },
  forgot: {
    title: "Mot de passe oublié ?",
    intro: "Saisissez votre adresse e-mail : nous vous enverrons un lien pour choisir un nouveau mot de passe.",
    action: "Envoyer le lien",
    working: "Envoi…",
    remembered: "Il vous est revenu ?",
    sentTitle: "Consultez vos e-mails",
    sentTo: (address) =>
      `S’il existe un compte pour ${address}, nous y avons envoyé un lien. Il est valable une heure.`,
    noMail: "Rien reçu ? Regardez dans vos spams.",
    again: "Envoyer à nouveau",
    otherAddress: "Utiliser une autre adresse e-mail",
  },
  reset: {
    title: "Choisissez un nouveau mot de passe",
    intro: "Vos autres appareils seront déconnectés.",
    why:
      "Cette adresse e-mail n’est pas encore confirmée : quelqu’un d’autre connaît peut-être le mot de passe. " +
      "Choisissez-en un à vous.",
    more: "Votre compte n’a pas de mot de passe. Pour en choisir un, confirmez autrement que c’est bien vous.",
    newPassword: "Nouveau mot de passe",
    action: "Enregistrer le mot de passe",
    working: "Enregistrement…",
  },
  suspended: {
    title: "Votre compte est suspendu",
    text: "Vous ne pouvez pas vous connecter avec ce compte.",
    until: (when) => `Il est suspendu jusqu’au ${when}.`,
    from: "De la part de l’équipe :",
    help: "Obtenir de l’aide",
  },
  deadLink: {
    title: "Ce lien n’est plus valable",
    text: "Il a expiré, il a déjà servi, ou un e-mail plus récent l’a remplacé.",
    again: { reset: "Recevoir un nouveau lien", verify: "Recevoir un nouvel e-mail", other: "Aller à votre compte" },
  },
  invitation: {
    title: (brand) => `Vous êtes invité·e sur ${brand}`,
    intro: (address) => `Créez votre compte. Vous vous connecterez avec ${address}.`,
    hasAccountTitle: "Vous avez déjà un compte",
    hasAccount: (address) => `Il existe déjà un compte pour ${address}. Connectez-vous pour l’utiliser.`,
  },
  links: {
    confirmEmail: {
      title: "Utiliser cette adresse e-mail ?",
      text: (address) => `Vous vous connecterez désormais avec ${address}. Vos autres appareils seront déconnectés.`,
      action: "Utiliser cette adresse",
      working: "Modification…",
    },
    undoEmail: {
      title: "Annuler le changement d’adresse ?",
      text: (address) =>
        `Votre compte retrouvera ${address}. Nous déconnecterons tous les appareils et vous demanderons un nouveau ` +
        "mot de passe.",
      action: "Annuler le changement",
      working: "Modification…",
    },
    notMe: {
      title: "Ce n’était pas vous ?",
      text:
        "Nous déconnecterons tous les appareils, y compris celui-ci, et vous choisirez un nouveau mot de passe. Si " +
        "le compte devait être supprimé, il sera conservé.",
      action: "Déconnecter partout",
      working: "Déconnexion…",
    },
  },
  activity,
  devMail,
  signOut: {
    title: "Déconnexion",
    question: (name) => `Vous êtes connecté en tant que ${name}.`,
    action: "Se déconnecter",
    working: "Déconnexion…",
    stay: "Rester connecté",
  },
  notices: {
    signed_up: "Vous pouvez vous connecter. Si vous aviez déjà un compte, utilisez son mot de passe.",
    signed_out: "Vous êtes déconnecté.",
    name_saved: "C’est enregistré.",
    picture_removed: "Votre photo a été supprimée.",
    email_verified: "Votre adresse e-mail est confirmée.",
    email_undone: "Votre compte utilise de nouveau votre adresse e-mail précédente.",
    mail_sent: "Si cette adresse peut recevoir des e-mails, un nouveau est en route.",
    reset_asked: "S’il existe un compte à cette adresse, nous y avons envoyé un lien. Il est valable une heure.",
    password_reset:
      "Mot de passe changé, tous les appareils sont déconnectés. Connectez-vous avec le nouveau mot de passe.",
    password_changed: "Votre mot de passe a été changé.",
    password_removed: "Votre mot de passe a été supprimé.",
    email_change_asked:
      "Nous avons envoyé un lien à la nouvelle adresse. Rien ne change tant que vous ne l’avez pas ouvert.",
    email_changed: "Votre adresse e-mail a été changée. Utilisez-la désormais pour vous connecter.",
    session_ended: "Cet appareil a été déconnecté.",
    others_ended: "Vos autres appareils sont déconnectés.",
    deletion_asked: "Votre compte est fermé. Pour le garder, connectez-vous dans les 7 jours.",
    deletion_stopped: "Votre compte ne sera pas supprimé.",
    picture_saved: "Votre photo a été enregistrée.",
    confirm_email: "Connectez-vous avec votre adresse actuelle pour passer à la nouvelle.",
    email_change_cancelled: "C’est annulé. Votre adresse e-mail ne change pas.",
    export_ready: "Vos données sont prêtes à être téléchargées.",
    session_over: "Vous avez été déconnecté. Connectez-vous pour continuer.",
    page_old: "Cette page n’était plus à jour\u00a0: rien n’a été modifié. Voici le compte auquel vous êtes connecté.",
    step_over: "C’était trop long, ou commencé dans un autre navigateur. Connectez-vous de nouveau.",
    passkey_needed:
      "Votre mot de passe seul n’ouvre pas ce compte\u00a0: connectez-vous avec votre clé d’accès. Si vous ne l’avez " +
      "plus, adressez-vous aux responsables de ce site.",
    session_over_kept: "Vous avez été déconnecté. Connectez-vous pour continuer. Votre saisie a été conservée.",
  },
  problems,
  problemPage: {
    titles: {
      not_found: "Page introuvable",
      unavailable: "De retour dans un instant",
      busy: "De retour dans un instant",
    },
    otherTitle: "Un problème est survenu",
    home: "Aller à votre compte",
    reference: "Si vous contactez l’assistance, indiquez :",
    again: "Réessayer",
  },
  waitFor: (seconds) =>
    wait(seconds, {
      moment: "Réessayez dans un instant.",
      seconds: (count) => `Réessayez dans ${count} secondes.`,
      minutes: (count) => `Réessayez dans ${count} minutes.`,
    }),
  ...times,
  country: (code) => country("fr", code),
  mails,
  overview,
};

import type { Words } from "../en";

/** What the page of what happened to an account says. */
export const activity: Words["activity"] = {
  empty: "Rien pour l’instant. Les connexions et les changements s’afficheront ici.",
  older: "Plus anciennes",
  newest: "Revenir aux plus récentes",
  kinds: {
    sign_up: "Compte créé",
    sign_in: "Connexion",
    sign_out: "Déconnexion",
    name_changed: "Nom modifié",
    picture_removed: "Photo supprimée",
    email_verified: "Adresse e-mail confirmée",
    password_changed: "Mot de passe changé",
    password_reset_asked: "Réinitialisation du mot de passe demandée",
    password_reset: "Mot de passe réinitialisé",
    email_change_asked: "Changement d’adresse e-mail demandé",
    email_changed: "Adresse e-mail changée",
    email_change_undone: "Changement d’adresse e-mail annulé",
    sessions_ended: "Appareils déconnectés",
    account_secured: "Tout déconnecté (depuis un e-mail de sécurité)",
    data_exported: "Données téléchargées",
    deletion_asked: "Suppression demandée",
    deletion_stopped: "Suppression annulée",
    picture_changed: "Photo changée",
  },
  outcomes: { refused: "échec", held_up: "bloqué : trop de tentatives" },
  refused: {
    sign_in: "Échec de la connexion : mauvais mot de passe",
    email_verified: "Mauvais code de confirmation",
    password_changed: "Mot de passe inchangé : le mot de passe actuel était faux",
  },
  heldUp: { sign_in: "Connexion bloquée : trop de tentatives" },
  signedOut: (device) => `${device} déconnecté`,
  times: (count) => `${count} fois`,
  unknown: "Quelque chose vous étonne ?",
  changePassword: "Changez votre mot de passe",
};

import type { en } from "./en";

/** Every word of the passkeys, in French. */
export const fr: typeof en = {
  title: "Clés d’accès",
  intro: "Connectez-vous avec votre empreinte, votre visage ou le verrouillage de l’écran, sans mot de passe.",
  none: "Vous n’avez pas encore de clé d’accès.",
  unscripted:
    "Les clés d’accès nécessitent JavaScript et un navigateur récent. " +
    "Activez JavaScript ou essayez un autre navigateur.",
  unsupported:
    "Ce navigateur ne prend pas en charge les clés d’accès. Essayez un autre navigateur ou un autre appareil.",
  full: "Vous avez dix clés d’accès, le maximum. Supprimez-en une pour en ajouter une autre.",
  single: "Ajoutez une deuxième clé d’accès sur un autre appareil, au cas où vous perdriez celui-ci.",
  facts: {
    made: "Ajoutée",
    used: "Dernière utilisation",
    neverUsed: "Jamais utilisée",
    backedUp: "Sauvegardée",
    notBackedUp: "Sur un seul appareil",
  },
  add: { action: "Ajouter une clé d’accès", working: "Enregistrement…" },
  change: {
    action: "Modifier",
    named: (name) => `Modifier ${name}`,
    field: "Nom",
    hint: "Pour la reconnaître plus tard, par exemple «\u00a0Ordinateur du bureau\u00a0».",
    save: "Enregistrer le nom",
    saving: "Enregistrement…",
    removeTitle: "Supprimer cette clé d’accès",
    removeText: "Elle ne servira plus à vous connecter. Supprimez-la aussi de votre gestionnaire de mots de passe.",
    remove: "Supprimer la clé d’accès",
    removing: "Suppression…",
    back: "Toutes les clés d’accès",
  },
  signIn: { action: "Se connecter avec une clé d’accès", working: "Connexion…", or: "ou" },
  signUp: {
    begin: "Continuer avec une clé d’accès",
    title: "Créer un compte avec une clé d’accès",
    lead:
      "Nous vous envoyons d’abord un code par e-mail. Ensuite, votre appareil crée la clé, et vous n’avez pas " +
      "besoin de mot de passe.",
    next: "Continuer",
    withPassword: "Utiliser plutôt un mot de passe",
    makeTitle: "Créez votre clé d’accès",
    makeLead: (email) => `${email} est confirmée. Créez maintenant une clé d’accès : elle ouvre votre compte.`,
    make: "Créer la clé d’accès",
  },
  prove: { action: "Utiliser une clé d’accès" },
  purposes: {
    add: { text: "Pour ajouter une clé d’accès, confirmez que c’est bien vous.", action: "Continuer" },
    rename: { text: "Pour renommer cette clé d’accès, confirmez que c’est bien vous.", action: "Enregistrer le nom" },
    remove: {
      text: "Pour supprimer cette clé d’accès, confirmez que c’est bien vous.",
      action: "Supprimer la clé d’accès",
      isDanger: true,
    },
  },
  notices: {
    ready: "Merci, c’est confirmé. Vous pouvez maintenant ajouter votre clé d’accès.",
    added: "Votre clé d’accès est prête. Utilisez-la lors de votre prochaine connexion.",
    renamed: "Enregistré.",
    removed: "La clé d’accès a été supprimée.",
  },
  alone:
    "Vous avez une seule clé d’accès, ni mot de passe ni codes de secours. Si vous la perdez, vous risquez de ne " +
    "plus pouvoir entrer.",
  lacking: { text: "Une clé d’accès pour vous connecter.", label: "Ajouter une clé d’accès" },
  safety: {
    alone: "Une seule",
    single: "Ajoutez-en une autre au cas où vous la perdriez.",
    none: "Clés d’accès\u00a0: aucune",
    some: (count) => (count === 1 ? "Une clé d’accès" : `${count} clés d’accès`),
    action: "Gérer",
    named: "Gérer les clés d’accès",
  },
  offer: {
    title: "Vous connecter plus vite la prochaine fois\u00a0?",
    text:
      "Avec une clé d’accès, vous vous connectez avec votre empreinte, votre visage ou le verrouillage de l’écran. " +
      "Personne ne peut la voler ni la deviner.",
    later: "Pas maintenant",
    never: "Ne plus demander",
    working: "Un instant…",
  },
  events: {
    passkey_added: "Clé d’accès ajoutée",
    passkey_renamed: "Clé d’accès renommée",
    passkey_removed: "Clé d’accès supprimée",
  },
  problems: {
    passkey_wrong: "Cette clé d’accès n’a pas fonctionné. Réessayez ou connectez-vous autrement.",
    passkey_unknown:
      "Nous ne connaissons pas cette clé d’accès. Elle a peut-être été supprimée. Connectez-vous autrement.",
    passkey_expired: "Cela a pris trop de temps. Réessayez.",
    passkey_taken: "Cet appareil ou ce gestionnaire a déjà une clé d’accès pour votre compte.",
    passkey_too_many: "Dix clés d’accès au maximum. Supprimez-en une d’abord.",
    passkey_last:
      "C’est votre seul moyen de connexion. Choisissez d’abord un mot de passe ou ajoutez une autre clé d’accès.",
    passkey_gone: "Cette clé d’accès a déjà été supprimée.",
    passkey_missing: "Choisissez une clé d’accès.",
    passkey_name: "Saisissez un nom de 60 caractères au maximum.",
  },
  mails: {
    passkey_added: (brand, name) => ({
      subject: `${brand}\u00a0: une clé d’accès a été ajoutée`,
      lines: [
        `Une clé d’accès a été ajoutée à votre compte ${brand}\u00a0: ${name}.`,
        "Qui la possède peut se connecter.",
      ],
    }),
    passkey_renamed: (brand, name) => ({
      subject: `${brand}\u00a0: une clé d’accès a été renommée`,
      lines: [`Une clé d’accès de votre compte ${brand} s’appelle maintenant ${name}.`],
    }),
    passkey_removed: (brand, name) => ({
      subject: `${brand}\u00a0: une clé d’accès a été supprimée`,
      lines: [`Une clé d’accès a été supprimée de votre compte ${brand}\u00a0: ${name}.`],
    }),
  },
};

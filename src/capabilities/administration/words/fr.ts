import type { en } from "./en";

/** Tous les mots de l’administration. */
export const fr: typeof en = {
  title: "Administration",
  events: {
    account_added: "Compte créé",
    suspended: "Compte suspendu",
    resumed: "Suspension levée",
    signed_out_everywhere: "Déconnexion partout",
    password_required: "Nouveau mot de passe exigé",
    link_sent: "Lien d’accès envoyé",
    confirmation_sent: "E-mail de confirmation envoyé",
    role_given: "Rôle attribué",
    role_taken: "Rôle retiré",
    account_deleted: "Compte supprimé",
  },
  mailKinds: {
    verify: "Code de confirmation",
    reset: "Lien pour un nouveau mot de passe",
    confirm_email: "Lien pour confirmer une nouvelle adresse",
    invitation: "Invitation",
    new_device: "Nouvelle connexion",
    account_suspended: "Compte suspendu",
    account_resumed: "Suspension levée",
    account_signed_out: "Déconnexion partout",
    account_password_required: "Nouveau mot de passe exigé",
    account_link: "Lien pour revenir",
    account_confirm: "Lien pour confirmer l’adresse",
  },
  problems: {
    person_gone: "Personne n’a cette adresse e-mail ou cet identifiant.",
    invitation_gone:
      "Aucune invitation n’est en attente à cette adresse : elle a été acceptée, révoquée ou remplacée, ou " +
      "il n’y en avait pas.",
    email_needed: "Saisissez une adresse e-mail.",
    name_needed: "Saisissez un nom.",
    email_is_theirs: "C’est déjà l’adresse e-mail de cette personne.",
    reason_missing: "Dites pourquoi, en quelques mots.",
    not_allowed: "Vous n’avez pas le droit de faire cela.",
    role_unknown: "Un rôle est `admin` ou `support`.",
    role_unconfirmed: "Cette personne doit d’abord confirmer son adresse e-mail.",
    role_needs_address:
      "Cette personne a un rôle. Retirez-le d’abord, ou indiquez que cette adresse est bien la sienne.",
    email_taken: "Quelqu’un a déjà cette adresse e-mail.",
    email_is_confirmed: "Cette adresse e-mail est déjà confirmée.",
    email_is_another: "L’adresse e-mail est désormais une autre. Est-ce bien la sienne ?",
    mail_off: "Cela demande l’e-mail, qui est désactivé ici (MAIL=off).",
    until_past: "La fin d’une suspension doit être à venir.",
    words_too_long: "500 caractères au plus.",
    words_unprintable: "Retirez les caractères de contrôle.",
    search_malformed:
      "Cherchez le début d’une adresse e-mail ou d’un nom, ou un identifiant entier : 254 caractères au plus.",
    place_malformed: "Cette liste n’a pas cette page. Recommencez au début.",
  },
  mails: {
    suspended: (brand, { until, words }) => ({
      subject: `${brand} : votre compte est suspendu`,
      lines: [
        until === ""
          ? `Votre compte ${brand} est suspendu. Vous êtes déconnecté partout.`
          : `Votre compte ${brand} est suspendu jusqu’au ${until}. Vous êtes déconnecté partout.`,
        ...(words === "" ? [] : [words]),
      ],
    }),
    resumed: (brand) => ({
      subject: `${brand} : votre compte est de nouveau ouvert`,
      lines: [`Votre compte ${brand} n’est plus suspendu. Vous pouvez vous reconnecter.`],
    }),
    signedOut: (brand) => ({
      subject: `${brand} : vous êtes déconnecté partout`,
      lines: [
        `Les responsables de ${brand} vous ont déconnecté de tous vos appareils. Vous pouvez vous ` +
          "reconnecter à tout moment.",
      ],
    }),
    passwordRequired: (brand) => ({
      subject: `${brand} : choisissez un nouveau mot de passe`,
      lines: [
        `Les responsables de ${brand} vous demandent de choisir un nouveau mot de passe. L’ancien ne marche ` +
          "plus, et vous êtes déconnecté partout.",
        "Le lien est valable une heure et ne sert qu’une fois. " +
          "Ensuite, choisissez « Mot de passe oublié ? » en vous connectant.",
      ],
    }),
    link: (brand) => ({
      subject: `${brand} : votre lien pour revenir`,
      lines: [
        `Les responsables de ${brand} vous ont envoyé ce lien. Il vous permet de choisir un nouveau mot de ` +
          "passe et de vous connecter.",
        "Il est valable une heure et ne sert qu’une fois. Si vous n’avez pas demandé d’aide, ignorez cet e-mail.",
      ],
    }),
    added: (brand) => ({
      subject: `${brand} : votre nouveau compte`,
      lines: [
        `Les responsables de ${brand} ont créé un compte pour vous. Choisissez un mot de passe pour l’ouvrir.`,
        "Le lien est valable une heure et ne sert qu’une fois. " +
          "Ensuite, choisissez « Mot de passe oublié ? » en vous connectant.",
      ],
    }),
    passwordAction: "Choisir un mot de passe",
    confirm: (brand) => ({
      subject: `${brand} : confirmez votre adresse e-mail`,
      lines: [`Ceci est l’adresse e-mail de votre compte ${brand}. Confirmez qu’elle est à vous.`],
      after: [
        "Le lien est valable une heure et ne sert qu’une fois. " +
          "Si vous l’ouvrez dans un navigateur où vous ne vous êtes jamais connecté·e, vous choisirez un nouveau mot " +
          "de passe.",
        "Si ce compte n’est pas le vôtre, vous pouvez ignorer cet e-mail.",
      ],
    }),
    confirmAction: "Confirmer l’adresse e-mail",
    deleted: (brand) => ({
      subject: `${brand} : votre compte a été supprimé`,
      lines: [
        `Les responsables de ${brand} ont supprimé votre compte, avec tout ce qui lui appartenait. Il ne peut pas ` +
          "être rétabli.",
      ],
      footer: `Vous recevez cet e-mail parce que vous aviez un compte ${brand}. Merci de ne pas y répondre.`,
    }),
  },
};

import type { FactorWords } from "./en";

/** French. */
export const fr: FactorWords = {
  title: "Connexion en deux étapes",
  working: "Vérification…",
  done: "Continuer",
  code: "Code",
  codeHint: "Les six chiffres de votre application d’authentification.",
  recovery: "Code de secours",
  step: {
    title: "Saisissez votre code",
    lead: "Ouvrez votre application d’authentification et saisissez les six chiffres affichés pour ce compte.",
    trust: "Ne plus demander de code dans ce navigateur pendant 30 jours",
    action: "Se connecter",
    useRecovery: "Utiliser plutôt un code de secours",
    recoveryHint: "L’un des dix codes que vous avez conservés lors de l’activation. Chacun ne sert qu’une fois.",
    lost: "Je n’ai ni mon application ni mes codes de secours",
    lostText:
      "Nous désactiverons la connexion en deux étapes dans 72 heures. D’ici là, nous vous écrirons maintenant, puis " +
      "chaque jour. Vous pouvez l’empêcher par le lien reçu ou en vous connectant avec un code.",
    lostAction: "Désactiver dans 72 heures",
    lostOff: "Adressez-vous aux responsables de ce site. Ils peuvent désactiver la connexion en deux étapes pour vous.",
    lostPending: (due) => `La connexion en deux étapes sera désactivée le ${due}. Ensuite, votre mot de passe suffira.`,
    other: "Se connecter avec un autre compte",
  },
  setUp: {
    title: "Activer la connexion en deux étapes",
    required: "Ce site demande à chacun un code en plus du mot de passe. Activez-le une fois pour continuer.",
    scan: "Scannez ceci avec une application d’authentification",
    scanText:
      "Toute application de codes à usage unique convient, ainsi que de nombreux gestionnaires de mots de passe.",
    picture: "Code QR pour votre application d’authentification",
    open: "Ouvrir dans une application de cet appareil",
    secret: "Ou saisissez cette clé dans l’application",
    confirm: "Saisissez ensuite les six chiffres affichés. Rien ne change avant qu’un code soit juste.",
    action: "Activer",
  },
  codes: {
    title: "Conservez vos codes de secours",
    lead: "Sans votre téléphone, un code de secours vous fait entrer. Chacun sert une fois. Ils ne s’affichent qu’ici.",
    list: "Vos codes de secours",
    advice: "Imprimez-les ou gardez-les dans un gestionnaire de mots de passe. Pas sur le téléphone de l’application.",
    download: "Télécharger en texte",
    file: (brand) => `Codes de secours pour ${brand}. Chacun sert une fois.`,
  },
  page: {
    offLead: "Protégez aussi ce compte par un code de votre téléphone.",
    offText: "Quelqu’un qui apprend votre mot de passe ne pourra alors pas entrer.",
    start: "Activer",
    onLead: "La connexion par mot de passe demande aussi un code de votre application d’authentification.",
    app: "Application d’authentification",
    since: "Activée",
    changeApp: "Changer d’application",
    recoveryLeft: (count) => (count === 1 ? "Encore 1 code de secours" : `Encore ${count} codes de secours`),
    few: "Créez-en bientôt de nouveaux.",
    newCodes: "Créer de nouveaux codes",
    browsers: (count) => (count === 1 ? "1 navigateur de confiance" : `${count} navigateurs de confiance`),
    browsersText: "Aucun code n’y est demandé.",
    forget: "Redemander un code",
    forgetting: "Enregistrement…",
    off: "Désactiver",
    required: "Ce site exige la connexion en deux étapes. Elle ne peut pas être désactivée.",
    loss: (due) =>
      `Quelqu’un qui connaît votre mot de passe a déclaré l’application perdue. Le code sera désactivé le ${due}.`,
    keep: "Si ce n’était pas vous, gardez-la activée et changez votre mot de passe.",
  },
  prove: {
    title: "Confirmez avec un code",
    change: "Saisissez un code de votre application actuelle, ou un code de secours, pour en configurer une autre.",
    codes:
      "Saisissez un code de votre application, ou un code de secours. Les anciens codes de secours ne serviront plus.",
    off: "Saisissez un code de votre application, ou un code de secours, pour désactiver la connexion en deux étapes.",
    changeAction: "Configurer une autre application",
    codesAction: "Créer de nouveaux codes",
    offAction: "Désactiver la connexion en deux étapes",
    hint: "Six chiffres, ou un code de secours.",
  },
  lacking: {
    text: "Des codes de secours, au cas où vous perdriez vos appareils.",
    label: "Activer la connexion en deux étapes",
  },
  keep: {
    title: "Garder la connexion en deux étapes",
    text:
      "La connexion en deux étapes reste activée. Si ce n’est pas vous qui avez déclaré l’application perdue, " +
      "changez votre mot de passe.",
    action: "La garder activée",
    working: "Enregistrement…",
  },
  overview: {
    on: "Activée",
    off: "Désactivée",
    change: "Modifier",
    setUp: "Activer",
    changeNamed: "Modifier la connexion en deux étapes",
    setUpNamed: "Activer la connexion en deux étapes",
  },
  events: {
    second_step: "Code saisi",
    second_factor_on: "Connexion en deux étapes activée",
    second_factor_changed: "Application d’authentification remplacée",
    second_factor_off: "Connexion en deux étapes désactivée",
    recovery_codes_made: "Nouveaux codes de secours créés",
    recovery_code_used: "Code de secours utilisé",
    browsers_forgotten: "Navigateurs de confiance oubliés",
    factor_loss_asked: "Application d’authentification déclarée perdue",
    factor_loss_stopped: "Connexion en deux étapes gardée",
  },
  problems: {
    factor_code_missing: "Saisissez un code.",
    factor_code_wrong: "Ce code est faux ou a déjà servi. Attendez le suivant et réessayez.",
    factor_recovery_wrong: "Ce code de secours n’est pas le bon ou a déjà servi. Vérifiez-le ou prenez-en un autre.",
    factor_required: "Ce site exige la connexion en deux étapes. Elle ne peut pas être désactivée.",
    factor_set_up_over: "Cela a pris trop de temps. Recommencez.",
  },
  mails: {
    on: (brand) => ({
      subject: `${brand} : connexion en deux étapes activée`,
      lines: [
        `La connexion par mot de passe à votre compte ${brand} demande désormais aussi un code de votre application.`,
      ],
    }),
    changed: (brand) => ({
      subject: `${brand} : application d’authentification remplacée`,
      lines: [
        `Les codes de votre compte ${brand} viennent désormais d’une autre application.`,
        "L’ancienne application et les anciens codes de secours ne servent plus.",
      ],
    }),
    off: (brand) => ({
      subject: `${brand} : connexion en deux étapes désactivée`,
      lines: [`La connexion à votre compte ${brand} ne demande plus de code.`],
    }),
    codes: (brand) => ({
      subject: `${brand} : nouveaux codes de secours`,
      lines: [`De nouveaux codes de secours ont été créés pour votre compte ${brand}. Les anciens ne servent plus.`],
    }),
    used: (brand, left) => ({
      subject: `${brand} : code de secours utilisé`,
      lines: [
        `Un code de secours de votre compte ${brand} a été utilisé.`,
        left === 0 ? "Il n’en reste aucun." : `Il en reste ${left}.`,
        ...(left <= 2 ? ["Créez-en bientôt de nouveaux sur la page de votre compte."] : []),
      ],
    }),
    lost: (brand, due) => ({
      subject: `${brand} : la connexion en deux étapes sera désactivée`,
      lines: [
        `Quelqu’un qui connaît votre mot de passe a déclaré perdue l’application de votre compte ${brand}.`,
        `La connexion en deux étapes sera désactivée le ${due}. Si c’était vous, vous n’avez rien à faire.`,
      ],
    }),
    keep: "Ce n’était pas vous ? Gardez la connexion en deux étapes, puis changez votre mot de passe :",
    keepAction: "La garder activée",
  },
};

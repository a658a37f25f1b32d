import type { Words } from "../en";

/** What went wrong, and what to do: one sentence each, or two. */
export const problems: Words["problems"] = {
  name_missing: "Saisissez votre nom.",
  name_too_long: "Utilisez 100 caractères au maximum.",
  name_unprintable: "Retirez les sauts de ligne et les caractères invisibles.",
  email_missing: "Saisissez votre adresse e-mail.",
  email_malformed: "Saisissez une adresse du type name@example.com.",
  password_missing: "Saisissez un mot de passe.",
  current_missing: "Saisissez votre mot de passe actuel.",
  password_too_short: "Utilisez au moins 8 caractères.",
  password_too_long: "Utilisez 128 caractères au maximum.",
  password_common: "Ce mot de passe figure sur des listes de mots de passe volés. Choisissez-en un autre.",
  password_same: "C’est votre mot de passe actuel. Choisissez-en un autre.",
  password_wrong: "Ce n’est pas votre mot de passe actuel.",
  password_guessable: "C’est trop proche de votre nom, de votre adresse e-mail ou du nom de ce site. Changez-en.",
  image_malformed: "Utilisez une URL https de 2048 caractères au maximum.",
  wrong_credentials: "Adresse e-mail ou mot de passe incorrect.",
  signed_out: "Vous avez été déconnecté. Connectez-vous pour continuer.",
  proof_needed: "Saisissez votre mot de passe pour continuer.",
  code_missing: "Saisissez les six chiffres reçus par e-mail.",
  code_wrong:
    "Ce code est faux, a expiré ou a été demandé dans un autre navigateur. Ouvrez le lien du dernier e-mail ou " +
    "demandez un nouveau code.",
  link_dead: "Ce lien n’est plus valable. Il a expiré, il a déjà servi, ou un e-mail plus récent l’a remplacé.",
  link_alone:
    "Ce compte n’a pas de mot de passe : le lien seul ne suffit pas. Confirmez autrement que c’est bien vous.",
  password_kept: "Ce n’est pas encore possible. Ajoutez d’abord ce qui manque.",
  email_same: "C’est déjà votre adresse e-mail.",
  sign_up_closed: "Aucun nouveau compte ne peut être créé ici pour le moment. Si vous en avez déjà un, connectez-vous.",
  sign_up_invited:
    "Pour créer un compte ici, ouvrez le lien de votre invitation. Si vous avez déjà un compte, connectez-vous.",
  email_elsewhere:
    "Les comptes sont réservés ici aux adresses e-mail de certaines organisations. Utilisez l’une d’elles.",
  has_account: "Cette adresse e-mail a déjà un compte.",
  admin_last: "C’est la seule personne qui administre. Donnez d’abord ce rôle à quelqu’un d’autre.",
  own_admin_last: "Vous êtes la seule personne qui administre. Donnez d’abord ce rôle à quelqu’un d’autre.",
  too_many_tries: "Trop de tentatives.",
  too_many_mails: "Nous venons de vous envoyer un e-mail. Regardez dans votre boîte de réception et dans vos spams.",
  malformed: "Quelque chose s’est perdu en route. Rechargez la page et réessayez.",
  not_a_form: "Cette URL n’accepte que des formulaires web. Ouvrez la page et utilisez son formulaire.",
  too_large: "C’est trop long. Raccourcissez et réessayez.",
  too_slow: "L’envoi a pris trop de temps. Vérifiez votre connexion et réessayez.",
  cross_site: "Ce formulaire vient d’un autre site, nous n’avons donc rien fait. Ouvrez la page ici et réessayez.",
  not_found: "Il n’y a pas de page à cette adresse.",
  wrong_host: "Ce serveur ne répond pas pour ce nom d’hôte. Utilisez l’adresse que l’on vous a donnée.",
  busy: "Beaucoup de monde se connecte en ce moment.",
  unavailable: "Ce n’est pas possible pour le moment.",
  not_signed_out: "La déconnexion a échoué : vous êtes toujours connecté ici.",
  broken: "Un problème est survenu de notre côté. Réessayez dans un instant.",
  picture_unreadable: "Choisissez une image entière au format PNG, JPEG ou WebP.",
  picture_too_large: "Choisissez une image de 1 Mo et 40 mégapixels au maximum.",
  password_pattern:
    "Les répétitions, les suites de touches et les dates sont faciles à deviner. Choisissez plusieurs mots sans " +
    "rapport entre eux.",
  password_weak: "C’est facile à deviner, même avec des chiffres ou des signes en plus. Ajoutez un mot ou deux.",
};

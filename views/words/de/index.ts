import type { Words } from "../en";
import { country, wait } from "../dates";
import { accountPages } from "./account";
import { activity } from "./activity";
import { devMail } from "./dev-mail";
import { mails } from "./mails";
import { overview } from "./overview";
import { problems } from "./problems";
import { times } from "./times";

/** Every word a person reads, in German, with "du" throughout. Short, kind, exact, as in English. */
export const de: Words = {
  language: "de",
  name: "Deutsch",
  common: {
    email: "E-Mail-Adresse",
    password: "Passwort",
    name: "Name",
    showPassword: "Passwort anzeigen",
    hidePassword: "Passwort verbergen",
    offline: "Der Server ist nicht erreichbar. Prüfe deine Verbindung und versuche es noch einmal.",
    skip: "Zum Inhalt springen",
    signIn: "Anmelden",
    code: "Code",
    strength: {
      weak: "Schwach.",
      fair: "Mittel. Mit noch einem Wort ist es viel schwerer zu erraten.",
      good: "Gut. Es ist schwer zu erraten.",
      strong: "Stark. Es ist sehr schwer zu erraten.",
    },
    error: "Fehler:",
    cancel: "Abbrechen",
    continueTo: (site) => `weiter zu ${site}`,
    backTo: (name) => `Zurück zu ${name}`,
    localMode: "Lokaler Modus: E-Mails werden nicht verschickt. Du kannst sie hier lesen.",
    links: {
      Privacy: "Datenschutz",
      Terms: "Nutzungs\u00ADbedingungen",
      Imprint: "Impressum",
      Help: "Hilfe",
      Contact: "Kontakt",
    },
    localMails: "E-Mails ansehen",
    openMailbox: (name) => `${name} öffnen`,
    capsLock: "Die Feststelltaste ist an.",
    passwordShown: "Dein Passwort ist zu sehen.",
  },
  signIn: {
    title: "Anmelden",
    action: "Anmelden",
    working: "Anmeldung läuft …",
    remember: "Auf diesem Gerät angemeldet bleiben",
    rememberHint: (days) =>
      `${days === 1 ? "Einen Tag lang" : `Bis zu ${days} Tage`}. Nicht auf einem gemeinsam genutzten Gerät.`,
    reset: "Passwort zurücksetzen",
    toSwitch: ({ from, to }) => `Melde dich mit ${from} an, um zu ${to} zu wechseln.`,
    noAccount: "Neu hier?",
    signUp: "Konto erstellen",
    forgot: "Passwort vergessen?",
  },
  signUp: {
    title: "Erstelle dein Konto",
    action: "Konto erstellen",
    working: "Konto wird erstellt …",
    passwordHint: "Mindestens 8 Zeichen, am besten mehrere Wörter.",
    readFirst: "Bitte lies vorher:",
    haveAccount: "Schon ein Konto?",
    closedTitle: "Die Registrierung ist geschlossen",
    invitedTitle: "Nur mit Einladung",
    signIn: "Anmelden",
  },
  ...accountPages,
  verify: {
    title: "Bestätige deine E-Mail-Adresse",
    sentTo: (address) =>
      `Wir haben dir eine E-Mail an ${address} geschickt. Gib den Code ein oder öffne den Link darin.`,
    sent: "Gib deine E-Mail-Adresse und den Code aus unserer E-Mail ein oder öffne den Link darin.",
    codeHint: "Sechs Ziffern, 10 Minuten gültig.",
    action: "E-Mail-Adresse bestätigen",
    working: "Wird bestätigt …",
    noMail: "Keine E-Mail bekommen? Schau im Spam-Ordner nach.",
    resend: "Neuen Code senden",
    resending: "Wird gesendet …",
    later: "Später bestätigen",
    confirmed: "Schon bestätigt?",
    byLink: (address) => `Bestätige, dass ${address} deine E-Mail-Adresse ist.`,
    wrongAddress: "Falsche E-Mail-Adresse?",
    newCode: "Neuen Code senden",
    restricted: "Wir schicken E-Mails nur an Adressen, die hier ein Konto haben können.",
  },
  forgot: {
    title: "Passwort vergessen?",
    intro: "Gib deine E-Mail-Adresse ein. Wir schicken dir einen Link, mit dem du ein neues Passwort wählst.",
    action: "Link senden",
    working: "Wird gesendet …",
    remembered: "Wieder eingefallen?",
    sentTitle: "Schau in dein Postfach",
    sentTo: (address) =>
      `Wenn es ein Konto für ${address} gibt, haben wir dir einen Link geschickt. Er ist eine Stunde gültig.`,
    noMail: "Keine E-Mail bekommen? Schau im Spam-Ordner nach.",
    again: "Noch einmal senden",
    otherAddress: "Andere E-Mail-Adresse verwenden",
  },
  reset: {
    title: "Wähle ein neues Passwort",
    intro: "Deine anderen Geräte werden abgemeldet.",
    why:
      "Diese E-Mail-Adresse ist noch nicht bestätigt: Vielleicht kennt jemand anderes das Passwort. Wähle ein " +
      "eigenes.",
    more: "Dein Konto hat kein Passwort. Um eines zu wählen, bestätige auf einem anderen Weg, dass du es bist.",
    newPassword: "Neues Passwort",
    action: "Passwort speichern",
    working: "Wird gespeichert …",
  },
  suspended: {
    title: "Dein Konto ist gesperrt",
    text: "Du kannst dich damit nicht anmelden.",
    until: (when) => `Es ist bis ${when} gesperrt.`,
    from: "Vom Team:",
    help: "Hilfe holen",
  },
  deadLink: {
    title: "Dieser Link ist nicht mehr gültig",
    text: "Er ist abgelaufen, wurde schon verwendet oder durch eine neuere E-Mail ersetzt.",
    again: { reset: "Neuen Link anfordern", verify: "Neue E-Mail anfordern", other: "Zu deinem Konto" },
  },
  invitation: {
    title: (brand) => `Du bist zu ${brand} eingeladen`,
    intro: (address) => `Erstelle dein Konto. Du meldest dich dann mit ${address} an.`,
    hasAccountTitle: "Du hast schon ein Konto",
    hasAccount: (address) => `Für ${address} gibt es schon ein Konto. Melde dich damit an.`,
  },
  links: {
    confirmEmail: {
      title: "Diese E-Mail-Adresse verwenden?",
      text: (address) => `Du meldest dich dann mit ${address} an. Deine anderen Geräte werden abgemeldet.`,
      action: "E-Mail-Adresse verwenden",
      working: "Wird geändert …",
    },
    undoEmail: {
      title: "Änderung der E-Mail-Adresse rückgängig machen?",
      text: (address) =>
        `Dein Konto läuft wieder auf ${address}, alle Geräte werden abgemeldet, und du wählst ein neues Passwort.`,
      action: "Änderung rückgängig machen",
      working: "Wird geändert …",
    },
    notMe: {
      title: "Warst du das nicht?",
      text:
        "Wir melden alle Geräte ab, auch dieses, und du wählst ein neues Passwort. War das Konto zum Löschen " +
        "vorgemerkt, bleibt es bestehen.",
      action: "Überall abmelden",
      working: "Abmeldung läuft …",
    },
  },
  activity,
  devMail,
  signOut: {
    title: "Abmelden",
    question: (name) => `Du bist als ${name} angemeldet.`,
    action: "Abmelden",
    working: "Abmeldung läuft …",
    stay: "Angemeldet bleiben",
  },
  notices: {
    signed_up: "Du kannst dich jetzt anmelden. Hattest du schon ein Konto, gilt dessen Passwort.",
    signed_out: "Du bist abgemeldet.",
    name_saved: "Gespeichert.",
    picture_removed: "Dein Bild wurde entfernt.",
    email_verified: "Deine E-Mail-Adresse ist bestätigt.",
    email_undone: "Dein Konto läuft wieder auf deine vorherige E-Mail-Adresse.",
    mail_sent: "Wir haben noch eine E-Mail geschickt, falls die Adresse erreichbar ist.",
    reset_asked:
      "Wenn es zu dieser Adresse ein Konto gibt, haben wir einen Link dorthin geschickt. Er ist eine Stunde gültig.",
    password_reset: "Dein Passwort wurde geändert, alle Geräte sind abgemeldet. Melde dich mit dem neuen Passwort an.",
    password_changed: "Dein Passwort wurde geändert.",
    password_removed: "Dein Passwort ist entfernt.",
    email_change_asked:
      "Wir haben einen Link an die neue Adresse geschickt. Es ändert sich nichts, bis du ihn öffnest.",
    email_changed: "Deine E-Mail-Adresse wurde geändert. Melde dich ab jetzt mit der neuen an.",
    session_ended: "Das Gerät wurde abgemeldet.",
    others_ended: "Deine anderen Geräte sind abgemeldet.",
    deletion_asked: "Dein Konto ist geschlossen. Wenn du es behalten willst, melde dich innerhalb von 7 Tagen an.",
    deletion_stopped: "Dein Konto bleibt bestehen.",
    picture_saved: "Dein Bild wurde gespeichert.",
    confirm_email: "Melde dich mit deiner bisherigen E-Mail-Adresse an, um zur neuen zu wechseln.",
    email_change_cancelled: "Abgebrochen. Deine E-Mail-Adresse bleibt, wie sie ist.",
    export_ready: "Deine Daten stehen zum Herunterladen bereit.",
    session_over: "Du wurdest abgemeldet. Melde dich an, um weiterzumachen.",
    page_old:
      "Die Seite war nicht mehr aktuell, deshalb wurde nichts geändert. Du bist jetzt mit diesem Konto angemeldet.",
    step_over: "Das hat zu lange gedauert oder wurde in einem anderen Browser begonnen. Melde dich noch einmal an.",
    passkey_needed:
      "Dein Passwort allein öffnet dieses Konto nicht: Melde dich mit deinem Passkey an. Wenn du ihn nicht mehr " +
      "hast, wende dich an die Betreiber dieser Seite.",
    session_over_kept: "Du wurdest abgemeldet. Melde dich an, um weiterzumachen. Was du getippt hast, ist noch da.",
  },
  problems,
  problemPage: {
    titles: { not_found: "Seite nicht gefunden", unavailable: "Gleich wieder da", busy: "Gleich wieder da" },
    otherTitle: "Da ist etwas schiefgegangen",
    home: "Zu deinem Konto",
    reference: "Wenn du Hilfe brauchst, nenne diese Nummer:",
    again: "Noch einmal versuchen",
  },
  waitFor: (seconds) =>
    wait(seconds, {
      moment: "Versuche es gleich noch einmal.",
      seconds: (count) => `Versuche es in ${count} Sekunden noch einmal.`,
      minutes: (count) => `Versuche es in ${count} Minuten noch einmal.`,
    }),
  ...times,
  country: (code) => country("de", code),
  mails,
  overview,
};

import type { Words } from "../en";
import { ago, day, instant, wait } from "../dates";
import { activity } from "./activity";
import { mails } from "./mails";
import { problems } from "./problems";

/** Every word a person reads, in German, with "du" throughout. Short, kind, exact, as in English. */
export const de: Words = {
  language: "de",
  name: "Deutsch",
  common: {
    email: "E-Mail",
    password: "Passwort",
    name: "Name",
    show: "Anzeigen",
    hide: "Verbergen",
    showPassword: "Passwort anzeigen",
    hidePassword: "Passwort verbergen",
    someFields: (count) => `${count === 2 ? "Zwei" : count === 3 ? "Drei" : count} Felder stimmen noch nicht.`,
    offline: "Der Server war nicht zu erreichen. Prüfe die Verbindung und versuche es noch einmal.",
    skip: "Zum Inhalt springen",
    signIn: "Anmelden",
    code: "Code",
    strength: {
      weak: "Leicht zu erraten. Nimm noch ein Wort dazu.",
      fair: "Könnte länger sein.",
      strong: "Schwer zu erraten.",
    },
  },
  signIn: {
    title: "Anmelden",
    action: "Anmelden",
    working: "Anmeldung läuft…",
    remember: "Auf diesem Gerät angemeldet bleiben",
    noAccount: "Neu hier?",
    signUp: "Konto erstellen",
    forgot: "Passwort vergessen?",
  },
  signUp: {
    title: "Erstelle dein Konto",
    action: "Konto erstellen",
    working: "Konto wird erstellt…",
    passwordHint: "Mindestens 8 Zeichen. Gut sind ein paar Wörter.",
    haveAccount: "Schon ein Konto?",
    signIn: "Anmelden",
  },
  account: {
    title: "Dein Konto",
    saveName: "Namen speichern",
    saving: "Wird gespeichert…",
    hasPicture: "Dein Konto hat ein Bild, das die Seiten zeigen können, die du nutzt.",
    removePicture: "Bild entfernen",
    removing: "Wird entfernt…",
    memberSince: "Dabei seit",
    sections: {
      profile: "Profil",
      email: "E-Mail-Adresse",
      password: "Passwort",
      sessions: "Geräte",
      activity: "Aktivität",
      export: "Deine Daten",
      delete: "Konto löschen",
    },
    unverified: "Deine Adresse ist noch nicht bestätigt.",
    verify: "Jetzt bestätigen",
  },
  verify: {
    title: "Bestätige deine Adresse",
    sentTo: (address) =>
      `Wenn ${address} dir gehört, bekommst du eine Mail mit einem Code. Gib den Code hier ein oder öffne ` +
      "den Link in der Mail.",
    sent: "Gib deine Adresse und den Code aus unserer Mail ein, oder öffne den Link in der Mail.",
    codeHint: "Sechs Ziffern. Sie gelten 10 Minuten.",
    action: "Adresse bestätigen",
    working: "Wird bestätigt…",
    noMail: "Keine Mail? Sieh im Spam-Ordner nach oder lass dir",
    resend: "Noch eine Mail schicken",
    resending: "Wird gesendet…",
    later: "Ohne Bestätigung anmelden",
    byLink: "Mit dem Knopf bestätigst du, dass diese Adresse dir gehört.",
  },
  forgot: {
    title: "Passwort vergessen?",
    intro: "Gib deine Adresse ein. Du bekommst eine Mail mit einem Link, um ein neues Passwort zu wählen.",
    action: "Link senden",
    working: "Wird gesendet…",
    remembered: "Wieder eingefallen?",
  },
  reset: {
    title: "Wähle ein neues Passwort",
    intro: "Beim Speichern wirst du überall abgemeldet; danach meldest du dich damit an.",
    why: "Diese Adresse war noch nicht bestätigt: Jemand anderes kennt vielleicht das Passwort. Wähle ein eigenes.",
    newPassword: "Neues Passwort",
    action: "Passwort speichern",
    working: "Wird gespeichert…",
  },
  deadLink: {
    title: "Dieser Link gilt nicht mehr",
    text: "Er wurde schon verwendet, er ist zu alt, oder eine neuere Mail hat ihn ersetzt.",
    again: { reset: "Neuen Link anfordern", verify: "Neue Mail anfordern", other: "Zu deinem Konto" },
  },
  links: {
    confirmEmail: {
      title: "Diese Adresse verwenden",
      text: (address) => `Ab jetzt meldest du dich mit ${address} an. Andere Geräte werden abgemeldet.`,
      action: "Diese Adresse verwenden",
      working: "Wird geändert…",
    },
    undoEmail: {
      title: "Zurück zu dieser Adresse",
      text: (address) =>
        `Dein Konto bekommt ${address} zurück, alle werden abgemeldet, und du wählst ein neues Passwort.`,
      action: "Mein Konto zurückholen",
      working: "Wird geändert…",
    },
    notMe: {
      title: "Warst du das nicht?",
      text:
        "Alle werden von deinem Konto abgemeldet, auch du, und du wählst ein neues Passwort. Ein Konto, das " +
        "gelöscht werden sollte, bleibt erhalten.",
      action: "Alle abmelden",
      working: "Abmeldung läuft…",
    },
  },
  proof: {
    title: "Bestätige, dass du es bist",
    text: "Deine Anmeldung ist eine Weile her. Gib dein Passwort ein, um weiterzumachen.",
    action: "Weiter",
    working: "Wird geprüft…",
  },
  email: {
    current: "Deine Adresse",
    newEmail: "Neue Adresse",
    hint: "Du bekommst dort eine Mail. Es ändert sich nichts, bis du dem Link darin folgst.",
    action: "Adresse ändern",
    working: "Wird gesendet…",
    off: "Dieser Server verschickt keine Mails, deshalb lässt sich die Adresse hier nicht ändern.",
  },
  password: {
    current: "Aktuelles Passwort",
    next: "Neues Passwort",
    signOutOthers: "Meine anderen Geräte abmelden",
    action: "Passwort ändern",
    working: "Wird geändert…",
  },
  sessions: {
    intro: "Auf diesen Geräten bist du angemeldet.",
    thisOne: "Dieses Gerät",
    seen: "Zuletzt aktiv",
    since: "Anmeldung",
    end: "Abmelden",
    ending: "Abmeldung läuft…",
    endNamed: (device) => `${device} abmelden`,
    endOthers: "Andere Geräte abmelden",
    alone: "Du bist nur auf diesem Gerät angemeldet.",
    unknownDevice: "Unbekanntes Gerät",
    on: (browser, system) => `${browser} unter ${system}`,
  },
  activity,
  export: {
    text:
      "Eine Datei mit allem, was über dich gespeichert ist: dein Profil, deine Geräte und deine Aktivität, " +
      "als JSON.",
    action: "Deine Daten herunterladen",
    working: "Wird vorbereitet…",
  },
  deletion: {
    text:
      "Dein Konto wird jetzt geschlossen und in einer Woche gelöscht, mit allem, was dazugehört. Bis dahin " +
      "kannst du dich anmelden und es behalten.",
    action: "Mein Konto löschen",
    working: "Wird geschlossen…",
    dueTitle: "Dein Konto wird gelöscht",
    due: (date) => `Am ${date} ist es weg, mit allem, was dazugehört.`,
    keep: "Mein Konto behalten",
    keeping: "Löschung wird gestoppt…",
  },
  devMail: {
    title: "Mails",
    intro: "Lokaler Modus: Diese Mails wären verschickt worden. Sie bleiben, bis das Programm endet.",
    empty: "Noch keine Mail. Erstelle ein Konto, dann steht sie hier.",
    to: "An",
    html: "Ansicht wie im Mailprogramm",
  },
  signOut: {
    title: "Abmelden",
    question: (name) => `Du bist als ${name} angemeldet.`,
    action: "Abmelden",
    working: "Abmeldung läuft…",
    stay: "Angemeldet bleiben",
  },
  notices: {
    signed_up: "Melde dich jetzt an. Gab es zu dieser Adresse schon ein Konto, gilt weiter das alte Passwort.",
    signed_out: "Du bist abgemeldet.",
    name_saved: "Dein Name ist gespeichert.",
    picture_removed: "Das Bild ist entfernt.",
    email_verified: "Deine Adresse ist bestätigt.",
    mail_sent: "Wenn an diese Adresse eine Mail gehen kann, ist noch eine unterwegs.",
    reset_asked:
      "Wenn es zu dieser Adresse ein Konto gibt, ist eine Mail mit einem Link unterwegs. Der Link gilt eine Stunde.",
    password_reset: "Dein neues Passwort ist gespeichert, und du bist überall abgemeldet. Melde dich damit an.",
    password_changed: "Dein Passwort ist geändert.",
    email_change_asked:
      "Eine Mail an die neue Adresse ist unterwegs. Es ändert sich nichts, bis du dem Link darin folgst.",
    email_changed: "Deine Adresse ist geändert. Melde dich ab jetzt mit der neuen an.",
    session_ended: "Das Gerät ist abgemeldet.",
    others_ended: "Deine anderen Geräte sind abgemeldet.",
    deletion_asked: "Dein Konto ist geschlossen. Melde dich innerhalb einer Woche an, um es zu behalten.",
    deletion_stopped: "Dein Konto bleibt.",
  },
  problems,
  problemPage: {
    titles: { not_found: "Seite nicht gefunden", unavailable: "Gleich wieder da", busy: "Gleich wieder da" },
    otherTitle: "Das hat nicht geklappt",
    home: "Zu deinem Konto",
    reference: "Wenn du Hilfe brauchst, nenne diese Kennung:",
  },
  waitFor: (seconds) =>
    wait(seconds, {
      moment: "Versuche es gleich noch einmal.",
      seconds: (count) => `Versuche es in ${count} Sekunden noch einmal.`,
      minutes: (count) => `Versuche es in ${count} Minuten noch einmal.`,
    }),
  date: (date) => day("de", date),
  instant: (date) => instant("de", date),
  ago: (date, now) => ago("de", date, now),
  mails,
};

import { wait } from "../dates";
import { de } from "../de";
import type { Words } from "../en";
import { mails } from "./mails";
import { problems } from "./problems";

/** German with "Sie": only what differs from German with "du" is written here. */
export const deFormal: Words = {
  ...de,
  common: {
    ...de.common,
    offline: "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
    localMode: "Lokaler Modus: E-Mails werden nicht verschickt. Sie können sie hier lesen.",
    passwordShown: "Ihr Passwort ist sichtbar.",
  },
  signIn: { ...de.signIn, toSwitch: ({ from, to }) => `Melden Sie sich mit ${from} an, um zu ${to} zu wechseln.` },
  signUp: {
    ...de.signUp,
    title: "Konto erstellen",
    readFirst: "Bitte lesen Sie vorher:",
  },
  invitation: {
    title: (brand) => `Sie sind zu ${brand} eingeladen`,
    intro: (address) => `Erstellen Sie Ihr Konto. Sie melden sich dann mit ${address} an.`,
    hasAccountTitle: "Sie haben schon ein Konto",
    hasAccount: (address) => `Für ${address} gibt es schon ein Konto. Melden Sie sich damit an.`,
  },
  account: {
    ...de.account,
    title: "Ihr Konto",
    hasPicture: "Ihr Konto hat ein Bild. Die Seiten, die Sie nutzen, können es anzeigen.",
    sections: { ...de.account.sections, export: "Ihre Daten" },
    unverified: "Ihre E-Mail-Adresse ist noch nicht bestätigt.",
  },
  verify: {
    ...de.verify,
    title: "E-Mail-Adresse bestätigen",
    sentTo: (address) =>
      `Wir haben Ihnen eine E-Mail an ${address} geschickt. Geben Sie den Code ein oder öffnen Sie den Link darin.`,
    sent: "Geben Sie Ihre E-Mail-Adresse und den Code aus unserer E-Mail ein oder öffnen Sie den Link darin.",
    noMail: "Keine E-Mail bekommen? Schauen Sie im Spam-Ordner nach.",
    byLink: (address) => `Bestätigen Sie, dass ${address} Ihre E-Mail-Adresse ist.`,
  },
  forgot: {
    ...de.forgot,
    intro: "Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link, mit dem Sie ein neues Passwort wählen.",
    sentTitle: "Schauen Sie in Ihr Postfach",
    sentTo: (address) =>
      `Wenn es ein Konto für ${address} gibt, haben wir Ihnen einen Link geschickt. Er ist eine Stunde gültig.`,
    noMail: "Keine E-Mail bekommen? Schauen Sie im Spam-Ordner nach.",
  },
  reset: {
    ...de.reset,
    title: "Neues Passwort wählen",
    intro: "Ihre anderen Geräte werden abgemeldet.",
    why:
      "Diese E-Mail-Adresse ist noch nicht bestätigt: Vielleicht kennt jemand anderes das Passwort. Wählen Sie ein " +
      "eigenes.",
    more: "Ihr Konto hat kein Passwort. Um eines zu wählen, bestätigen Sie auf einem anderen Weg, dass Sie es sind.",
  },
  password: {
    ...de.password,
    none: "Ihr Konto hat kein Passwort. Sie melden sich anders an.",
    makeText:
      "Wir schicken Ihnen einen Link für ein neues Passwort. Damit er gilt, bestätigen Sie auch auf einem anderen " +
      "Weg, dass Sie es sind.",
    removeText:
      "Ein Passwort, das es nicht gibt, kann niemand erraten oder stehlen. Ihre anderen Geräte werden abgemeldet. " +
      "Sie können später wieder eines wählen.",
    lacking: "Dafür brauchen Sie noch:",
  },
  suspended: {
    ...de.suspended,
    title: "Ihr Konto ist gesperrt",
    text: "Sie können sich damit nicht anmelden.",
  },
  deadLink: { ...de.deadLink, again: { ...de.deadLink.again, other: "Zu Ihrem Konto" } },
  links: {
    confirmEmail: {
      ...de.links.confirmEmail,
      text: (address) => `Sie melden sich dann mit ${address} an. Ihre anderen Geräte werden abgemeldet.`,
    },
    undoEmail: {
      ...de.links.undoEmail,
      text: (address) =>
        `Ihr Konto läuft wieder auf ${address}, alle Geräte werden abgemeldet, und Sie wählen ein neues Passwort.`,
    },
    notMe: {
      ...de.links.notMe,
      title: "Waren Sie das nicht?",
      text:
        "Wir melden alle Geräte ab, auch dieses, und Sie wählen ein neues Passwort. War das Konto zum Löschen " +
        "vorgemerkt, bleibt es bestehen.",
    },
  },
  proof: {
    ...de.proof,
    title: "Bestätigen Sie, dass Sie es sind",
    texts: {
      delete: "Geben Sie Ihr Passwort ein, um Ihr Konto zu löschen.",
      email: "Geben Sie Ihr Passwort ein, um Ihre E-Mail-Adresse zu ändern.",
      sessions: "Geben Sie Ihr Passwort ein, um andere Geräte abzumelden.",
      export: "Geben Sie Ihr Passwort ein, um Ihre Daten herunterzuladen.",
      secondFactor: "Geben Sie Ihr Passwort ein, um die Anmeldung mit Code einzurichten.",
      removePassword: "Geben Sie Ihr Passwort ein, um es zu entfernen.",
    },
    otherTexts: {
      delete: "Bestätigen Sie, dass Sie es sind, um Ihr Konto zu löschen.",
      email: "Bestätigen Sie, dass Sie es sind, um Ihre E-Mail-Adresse zu ändern.",
      sessions: "Bestätigen Sie, dass Sie es sind, um andere Geräte abzumelden.",
      export: "Bestätigen Sie, dass Sie es sind, um Ihre Daten herunterzuladen.",
      secondFactor: "Bestätigen Sie, dass Sie es sind, um die Anmeldung mit Code einzurichten.",
      removePassword: "Bestätigen Sie, dass Sie es sind, um Ihr Passwort zu entfernen.",
    },
  },
  email: {
    ...de.email,
    current: "Ihre E-Mail-Adresse",
    hint: "Wir schicken einen Link dorthin. Es ändert sich nichts, bis Sie ihn öffnen.",
    off: "Dieser Server verschickt keine E-Mails. Deshalb können Sie Ihre Adresse hier nicht ändern.",
  },
  sessions: {
    ...de.sessions,
    intro: "Auf diesen Geräten sind Sie angemeldet.",
    alone: "Sie sind nur auf diesem Gerät angemeldet.",
  },
  activity: {
    ...de.activity,
    unknown: "Kommt Ihnen etwas nicht bekannt vor?",
  },
  export: {
    ...de.export,
    text: "Eine JSON-Datei mit allem, was wir über Sie speichern: Ihr Profil, Ihre Geräte und Ihre Aktivitäten.",
    action: "Ihre Daten herunter\u00ADladen",
  },
  deletion: {
    ...de.deletion,
    dueTitle: "Ihr Konto wird gelöscht",
    whatHappens: "Wenn Sie Ihr Konto löschen:",
    consequences: [
      "Sie werden auf allen Geräten abgemeldet.",
      "Ihr Konto wird sofort geschlossen.",
      "Nach 7 Tagen wird es endgültig gelöscht, mit allem, was dazugehört.",
      "Bis dahin können Sie sich anmelden und es behalten.",
    ],
    sureTitle: "Ihr Konto löschen?",
    sure: "Sie werden auf allen Geräten abgemeldet. Sie können es sich noch 7 Tage lang anders überlegen.",
  },
  devMail: { ...de.devMail, empty: "Noch keine E-Mails. Erstellen Sie ein Konto, dann erscheint hier die erste." },
  signOut: { ...de.signOut, question: (name) => `Sie sind als ${name} angemeldet.` },
  notices: {
    ...de.notices,
    signed_up: "Sie können sich jetzt anmelden. Hatten Sie schon ein Konto, gilt dessen Passwort.",
    signed_out: "Sie sind abgemeldet.",
    picture_removed: "Ihr Bild wurde entfernt.",
    email_verified: "Ihre E-Mail-Adresse ist bestätigt.",
    email_undone: "Ihr Konto läuft wieder auf Ihre vorherige E-Mail-Adresse.",
    password_reset:
      "Ihr Passwort wurde geändert, alle Geräte sind abgemeldet. Melden Sie sich mit dem neuen Passwort an.",
    password_changed: "Ihr Passwort wurde geändert.",
    password_removed: "Ihr Passwort ist entfernt.",
    email_change_asked:
      "Wir haben einen Link an die neue Adresse geschickt. Es ändert sich nichts, bis Sie ihn öffnen.",
    email_changed: "Ihre E-Mail-Adresse wurde geändert. Melden Sie sich ab jetzt mit der neuen an.",
    others_ended: "Ihre anderen Geräte sind abgemeldet.",
    deletion_asked: "Ihr Konto ist geschlossen. Wenn Sie es behalten wollen, melden Sie sich innerhalb von 7 Tagen an.",
    deletion_stopped: "Ihr Konto bleibt bestehen.",
    picture_saved: "Ihr Bild wurde gespeichert.",
    confirm_email: "Melden Sie sich mit Ihrer bisherigen E-Mail-Adresse an, um zur neuen zu wechseln.",
    email_change_cancelled: "Abgebrochen. Ihre E-Mail-Adresse bleibt, wie sie ist.",
    export_ready: "Ihre Daten stehen zum Herunterladen bereit.",
    session_over: "Sie wurden abgemeldet. Melden Sie sich an, um weiterzumachen.",
    page_old:
      "Die Seite war nicht mehr aktuell, deshalb wurde nichts geändert. Sie sind jetzt mit diesem Konto angemeldet.",
    step_over:
      "Das hat zu lange gedauert oder wurde in einem anderen Browser begonnen. Melden Sie sich noch einmal an.",
    passkey_needed:
      "Ihr Passwort allein öffnet dieses Konto nicht: Melden Sie sich mit Ihrem Passkey an. Wenn Sie ihn nicht mehr " +
      "haben, wenden Sie sich an die Betreiber dieser Seite.",
    session_over_kept:
      "Sie wurden abgemeldet. Melden Sie sich an, um weiterzumachen. Was Sie getippt haben, ist noch da.",
  },
  problems,
  problemPage: {
    ...de.problemPage,
    home: "Zu Ihrem Konto",
    reference: "Wenn Sie Hilfe brauchen, nennen Sie diese Nummer:",
  },
  waitFor: (seconds) =>
    wait(seconds, {
      moment: "Versuchen Sie es gleich noch einmal.",
      seconds: (count) => `Versuchen Sie es in ${count} Sekunden noch einmal.`,
      minutes: (count) => `Versuchen Sie es in ${count} Minuten noch einmal.`,
    }),
  mails,
};

import { de } from "../de";
import type { Words } from "../en";

const once = "Der Link ist eine Stunde gültig und nur einmal verwendbar.";

/** What mails say, with "Sie". */
export const mails: Words["mails"] = {
  ...de.mails,
  verify: (brand, code) => ({
    subject: `${code} ist Ihr Code für ${brand}`,
    lines: ["Ihr Bestätigungscode:"],
    after: [
      "Der Code ist 10 Minuten gültig, der Link eine Stunde. Öffnen Sie ihn in einem anderen Browser als dem, in dem " +
        "Sie das Konto erstellt haben, wählen Sie ein neues Passwort.",
      "Wenn Sie kein Konto erstellt haben, können Sie diese E-Mail ignorieren.",
    ],
  }),
  accountExists: (brand) => ({
    subject: `Schließen Sie Ihre Anmeldung bei ${brand} ab`,
    lines: [
      `Jemand (vielleicht Sie) wollte mit dieser E-Mail-Adresse ein Konto bei ${brand} erstellen oder hat einen Code ` +
        "angefordert. Es gibt schon ein Konto damit.",
      "Melden Sie sich wie bisher an oder wählen Sie hier ein neues Passwort. Damit bestätigen Sie auch Ihre " +
        "E-Mail-Adresse:",
    ],
    after: [`${once} Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren.`],
  }),
  reset: (brand) => ({
    subject: `${brand}: Neues Passwort wählen`,
    lines: [`Für Ihr Konto bei ${brand} wurde ein neues Passwort angefordert.`],
    after: [`${once} Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.`],
  }),
  confirmEmail: (brand) => ({
    subject: `${brand}: Bestätigen Sie Ihre neue E-Mail-Adresse`,
    lines: [`Jemand (hoffentlich Sie) möchte diese E-Mail-Adresse für ein Konto bei ${brand} verwenden.`],
    after: [`${once} Wenn Sie davon nichts wissen, ignorieren Sie diese E-Mail: Es ändert sich nichts.`],
  }),
  typedFooter: (brand) =>
    `Sie bekommen diese E-Mail, weil jemand diese Adresse bei ${brand} eingegeben hat. Bitte nicht darauf antworten.`,
  invitationFooter: (brand) =>
    `Sie bekommen diese E-Mail, weil Sie zu ${brand} eingeladen wurden. Bitte antworten Sie nicht darauf.`,
  invitation: (brand) => ({
    subject: `${brand}: Sie sind eingeladen`,
    lines: [`Sie sind eingeladen, mit dieser E-Mail-Adresse ein Konto bei ${brand} zu erstellen.`],
    after: [
      "Der Link ist 7 Tage gültig und nur einmal verwendbar. Wenn Sie davon nichts wissen, können Sie diese E-Mail " +
        "ignorieren.",
    ],
  }),
  emailTaken: (brand) => ({
    subject: `${brand}: Sie haben schon ein Konto`,
    lines: [
      `Jemand (vielleicht Sie) wollte ein anderes Konto bei ${brand} auf diese E-Mail-Adresse umstellen. Zu ihr ` +
        "gehört schon ein eigenes Konto, deshalb hat sich nichts geändert.",
      "Wenn Sie dessen Passwort nicht mehr wissen, wählen Sie ein neues:",
    ],
    after: [`${once} Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren.`],
  }),
  emailChanged: (brand, newEmail) => ({
    subject: `${brand}: Ihre E-Mail-Adresse wurde geändert`,
    lines: [`Ihr Konto bei ${brand} hat jetzt die Adresse ${newEmail}. Ab jetzt schicken wir E-Mails dorthin.`],
  }),
  undoEmail: "Waren Sie das nicht? 7 Tage lang können Sie die Änderung rückgängig machen und Ihr Konto zurückholen:",
  passwordChanged: (brand) => ({
    subject: `${brand}: Ihr Passwort wurde geändert`,
    lines: [`Das Passwort Ihres Kontos bei ${brand} wurde geändert.`],
  }),
  passwordRemoved: (brand) => ({
    subject: `${brand}: Ihr Passwort wurde entfernt`,
    lines: [`Das Passwort Ihres Kontos bei ${brand} wurde entfernt. Ab jetzt melden Sie sich nur noch anders an.`],
  }),
  newDevice: (brand, device) => ({
    ...de.mails.newDevice(brand, device),
    lines: [
      `In Ihrem Konto bei ${brand} gab es eine Anmeldung von einem neuen Gerät.`,
      "Wenn Sie das waren, müssen Sie nichts tun.",
    ],
  }),
  deletionAsked: (brand, due) => ({
    subject: `${brand}: Ihr Konto wird gelöscht`,
    lines: [
      `Ihr Konto bei ${brand} ist geschlossen. Am ${due} wird es endgültig gelöscht, mit allem, was dazugehört.`,
      "Wenn Sie es behalten wollen, melden Sie sich vorher an und nehmen Sie die Löschung zurück.",
    ],
  }),
  notMe: "Waren Sie das nicht? Melden Sie sich überall ab und wählen Sie ein neues Passwort:",
  footer: (brand) =>
    `Sie bekommen diese E-Mail wegen einer Aktivität in Ihrem Konto bei ${brand}. Bitte antworten Sie nicht darauf.`,
  verifyTitle: "Bestätigen Sie Ihre E-Mail-Adresse",
  neverAsk: "Wir fragen Sie nie nach diesem Code, weder am Telefon noch per E-Mail oder Chat.",
};

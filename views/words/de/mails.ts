import type { Words } from "../en";

/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails: Words["mails"] = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand, code) => ({
    subject: `${code} ist dein Code für ${brand}`,
    lines: ["Mit diesem Code bestätigst du, dass diese Adresse dir gehört:"],
    after: [
      "Der Code gilt 10 Minuten, der Link eine Stunde. In einem anderen Browser als dem, in dem du das " +
        "Konto erstellt hast, führen sie zu einem neuen Passwort. Wenn du kein Konto erstellt hast, " +
        "ignoriere diese Mail: Es passiert nichts.",
    ],
  }),
  verifyAction: "Adresse bestätigen",
  accountExists: (brand) => ({
    subject: `Schließe deine Anmeldung bei ${brand} ab`,
    lines: [
      `Jemand, vielleicht du, hat sich mit dieser Adresse bei ${brand} registriert oder ihren Code ` +
        "angefordert. Es gibt ein Konto mit ihr.",
      "Melde dich mit seinem Passwort an, oder wähle hier ein neues; damit bestätigst du auch, dass die " +
        "Adresse dir gehört:",
    ],
    after: ["Der Link funktioniert einmal, eine Stunde lang."],
  }),
  reset: (brand) => ({
    subject: `${brand}: Wähle ein neues Passwort`,
    lines: [`Jemand, hoffentlich du, hat ein neues Passwort für dein Konto bei ${brand} angefordert.`],
    after: [
      "Der Link gilt einmal, eine Stunde lang. Wenn du das nicht warst, ignoriere diese Mail: Dein " +
        "Passwort bleibt, wie es ist.",
    ],
  }),
  resetAction: "Neues Passwort wählen",
  confirmEmail: (brand) => ({
    subject: `${brand}: Bestätige deine neue Adresse`,
    lines: [`Jemand, hoffentlich du, möchte ab jetzt diese Adresse für sein Konto bei ${brand} verwenden.`],
    after: [
      "Der Link gilt einmal, eine Stunde lang. Wenn du davon nichts weißt, ignoriere diese Mail: Es passiert nichts.",
    ],
  }),
  confirmEmailAction: "Diese Adresse verwenden",
  emailTaken: (brand) => ({
    subject: `${brand}: Zu dieser Adresse gibt es schon ein Konto`,
    lines: [
      `Jemand, vielleicht du, wollte ein anderes Konto bei ${brand} auf diese Adresse umstellen. Zu ihr ` +
        "gehört schon ein eigenes Konto, deshalb wurde nichts geändert.",
      "Wenn du dessen Passwort nicht mehr weißt, wähle ein neues:",
    ],
    after: ["Der Link funktioniert einmal, eine Stunde lang."],
  }),
  emailChanged: (brand, newEmail) => ({
    subject: `${brand}: Deine Adresse wurde geändert`,
    lines: [`Dein Konto bei ${brand} hat jetzt die Adresse ${newEmail}. Mails gehen ab jetzt dorthin.`],
  }),
  undoEmail: "Warst du das nicht? Eine Woche lang kannst du dein Konto zurückholen:",
  passwordChanged: (brand) => ({
    subject: `${brand}: Dein Passwort wurde geändert`,
    lines: [`Das Passwort deines Kontos bei ${brand} wurde geändert.`],
  }),
  newDevice: (brand, device) => ({
    subject: `${brand}: Neue Anmeldung (${device})`,
    lines: [
      `Jemand hat sich in deinem Konto bei ${brand} mit einem Gerät angemeldet, das vorher nicht verwendet wurde.`,
      "Wenn du das warst, musst du nichts tun.",
    ],
  }),
  deletionAsked: (brand, due) => ({
    subject: `${brand}: Dein Konto wird gelöscht`,
    lines: [
      `Dein Konto bei ${brand} ist geschlossen und wird am ${due} gelöscht, mit allem, was dazugehört.`,
      "Um es zu behalten, melde dich vorher an und wähle, dass es bleibt.",
    ],
  }),
  notMe: "Warst du das nicht? Melde alle ab und wähle ein neues Passwort:",
  footer: (brand) =>
    `${brand} hat diese Mail geschickt, weil mit dieser Adresse etwas gemacht wurde. Du kannst nicht darauf antworten.`,
  verifyTitle: "Bestätige deine E-Mail-Adresse",
  or: "oder",
  neverAsk: "Wir fragen dich nie nach diesem Code, weder am Telefon noch per E-Mail oder Chat.",
  notMeAction: "Mein Konto schützen",
  undoEmailAction: "Änderung rückgängig machen",
  support: "Hilfe bekommen",
  signInFacts: (device, ip, at) => [
    { label: "Gerät", value: device },
    { label: "IP-Adresse", value: ip || "Unbekannt" },
    { label: "Zeit", value: at },
  ],
};

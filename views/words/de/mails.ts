import type { Words } from "../en";

const once = "Der Link ist eine Stunde gültig und nur einmal verwendbar.";

/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails: Words["mails"] = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand, code) => ({
    subject: `${code} ist dein Code für ${brand}`,
    lines: ["Dein Bestätigungscode:"],
    after: [
      "Der Code ist 10 Minuten gültig, der Link eine Stunde. Öffnest du ihn in einem anderen Browser als dem, in dem " +
        "du das Konto erstellt hast, wählst du ein neues Passwort.",
      "Wenn du kein Konto erstellt hast, kannst du diese E-Mail ignorieren.",
    ],
  }),
  verifyAction: "E-Mail-Adresse bestätigen",
  accountExists: (brand) => ({
    subject: `Schließe deine Anmeldung bei ${brand} ab`,
    lines: [
      `Jemand (vielleicht du) wollte mit dieser E-Mail-Adresse ein Konto bei ${brand} erstellen oder hat einen Code ` +
        "angefordert. Es gibt schon ein Konto damit.",
      "Melde dich wie bisher an oder wähle hier ein neues Passwort. Damit bestätigst du auch deine E-Mail-Adresse:",
    ],
    after: [`${once} Wenn du das nicht warst, kannst du diese E-Mail ignorieren.`],
  }),
  reset: (brand) => ({
    subject: `${brand}: Wähle ein neues Passwort`,
    lines: [`Für dein Konto bei ${brand} wurde ein neues Passwort angefordert.`],
    after: [`${once} Wenn du das nicht warst, ignoriere diese E-Mail: Dein Passwort bleibt, wie es ist.`],
  }),
  resetAction: "Neues Passwort wählen",
  confirmEmail: (brand) => ({
    subject: `${brand}: Bestätige deine neue E-Mail-Adresse`,
    lines: [`Jemand (hoffentlich du) möchte diese E-Mail-Adresse für ein Konto bei ${brand} verwenden.`],
    after: [`${once} Wenn du davon nichts weißt, ignoriere diese E-Mail: Es ändert sich nichts.`],
  }),
  confirmEmailAction: "E-Mail-Adresse verwenden",
  typedFooter: (brand) =>
    `Du bekommst diese E-Mail, weil jemand diese Adresse bei ${brand} eingegeben hat. Bitte antworte nicht darauf.`,
  invitationFooter: (brand) =>
    `Du bekommst diese E-Mail, weil du zu ${brand} eingeladen wurdest. Bitte antworte nicht darauf.`,
  invitation: (brand) => ({
    subject: `${brand}: Du bist eingeladen`,
    lines: [`Du bist eingeladen, mit dieser E-Mail-Adresse ein Konto bei ${brand} zu erstellen.`],
    after: [
      "Der Link ist 7 Tage gültig und nur einmal verwendbar. Wenn du davon nichts weißt, ignoriere diese E-Mail.",
    ],
  }),
  invitationAction: "Konto erstellen",
  emailTaken: (brand) => ({
    subject: `${brand}: Du hast schon ein Konto`,
    lines: [
      `Jemand (vielleicht du) wollte ein anderes Konto bei ${brand} auf diese E-Mail-Adresse umstellen. Zu ihr ` +
        "gehört schon ein eigenes Konto, deshalb hat sich nichts geändert.",
      "Wenn du dessen Passwort nicht mehr weißt, wähle ein neues:",
    ],
    after: [`${once} Wenn du das nicht warst, kannst du diese E-Mail ignorieren.`],
  }),
  emailChanged: (brand, newEmail) => ({
    subject: `${brand}: Deine E-Mail-Adresse wurde geändert`,
    lines: [`Dein Konto bei ${brand} hat jetzt die Adresse ${newEmail}. Ab jetzt schicken wir E-Mails dorthin.`],
  }),
  undoEmail: "Warst du das nicht? 7 Tage lang kannst du die Änderung rückgängig machen und dein Konto zurückholen:",
  passwordChanged: (brand) => ({
    subject: `${brand}: Dein Passwort wurde geändert`,
    lines: [`Das Passwort deines Kontos bei ${brand} wurde geändert.`],
  }),
  passwordRemoved: (brand) => ({
    subject: `${brand}: Dein Passwort wurde entfernt`,
    lines: [`Das Passwort deines Kontos bei ${brand} wurde entfernt. Ab jetzt meldest du dich nur noch anders an.`],
  }),
  newDevice: (brand, device) => ({
    subject: `Neue Anmeldung bei ${brand}: ${device}`,
    lines: [
      `In deinem Konto bei ${brand} gab es eine Anmeldung von einem neuen Gerät.`,
      "Wenn du das warst, musst du nichts tun.",
    ],
  }),
  deletionAsked: (brand, due) => ({
    subject: `${brand}: Dein Konto wird gelöscht`,
    lines: [
      `Dein Konto bei ${brand} ist geschlossen. Am ${due} wird es endgültig gelöscht, mit allem, was dazugehört.`,
      "Wenn du es behalten willst, melde dich vorher an und nimm die Löschung zurück.",
    ],
  }),
  notMe: "Warst du das nicht? Melde dich überall ab und wähle ein neues Passwort:",
  footer: (brand) =>
    `Du bekommst diese E-Mail wegen einer Aktivität in deinem Konto bei ${brand}. Bitte antworte nicht darauf.`,
  verifyTitle: "Bestätige deine E-Mail-Adresse",
  or: "oder",
  neverAsk: "Wir fragen dich nie nach diesem Code, weder am Telefon noch per E-Mail oder Chat.",
  notMeAction: "Mein Konto schützen",
  undoEmailAction: "Änderung rückgängig machen",
  support: "Hilfe bekommen",
  signInFacts: ({ device, address, country, at }) => [
    { label: "Gerät", value: device },
    { label: "IP-Adresse", value: address || "Unbekannt" },
    ...(country ? [{ label: "Land", value: country }] : []),
    { label: "Zeit", value: at },
  ],
};

import { de } from "./de";
import type { FactorWords } from "./en";

/** German that says "Sie": only what differs. */
export const formal: FactorWords = {
  ...de,
  codeHint: "Sechs Ziffern aus Ihrer Authenticator-App.",
  step: {
    ...de.step,
    lead: "Öffnen Sie Ihre Authenticator-App und geben Sie die sechs Ziffern ein, die sie für dieses Konto zeigt.",
    recoveryHint: "Einer der zehn Codes, die Sie beim Einrichten gesichert haben. Jeder funktioniert nur ein Mal.",
    lostText:
      "Wir schalten die Anmeldung mit Code in 72 Stunden aus. Wir schreiben Ihnen jetzt und bis dahin jeden Tag eine " +
      "E-Mail. Mit dem Link darin oder einer Anmeldung mit Code halten Sie es auf.",
    lostOff: "Wenden Sie sich an die Betreiber dieser Seite. Sie können die Anmeldung mit Code für Sie ausschalten.",
    lostPending: (due) => `Die Anmeldung mit Code wird am ${due} ausgeschaltet. Danach genügt Ihr Passwort.`,
  },
  setUp: {
    ...de.setUp,
    required: "Hier melden sich alle zusätzlich mit einem Code an. Richten Sie das einmal ein, dann geht es weiter.",
    picture: "QR-Code für Ihre Authenticator-App",
    confirm: "Geben Sie dann die sechs Ziffern aus der App ein. Bis ein Code stimmt, ändert sich nichts.",
  },
  codes: {
    ...de.codes,
    lead: "Ohne Ihr Handy kommen Sie mit einem Ersatzcode herein. Jeder gilt ein Mal. Wir zeigen sie nur jetzt.",
    list: "Ihre Ersatzcodes",
    advice: "Drucken Sie sie aus oder legen Sie sie in einen Passwort-Manager. Nicht auf das Handy mit der App.",
  },
  page: {
    ...de.page,
    offLead: "Schützen Sie dieses Konto auch mit einem Code vom Handy.",
    offText: "Wer Ihr Passwort erfährt, kommt dann trotzdem nicht herein.",
    onLead: "Zur Anmeldung mit Passwort gehört auch ein Code aus Ihrer Authenticator-App.",
    few: "Erstellen Sie bald neue.",
    loss: (due) =>
      `Jemand mit Ihrem Passwort hat die App als verloren gemeldet. Am ${due} wird der Code ausgeschaltet.`,
    keep: "Wenn Sie das nicht waren, lassen Sie die Anmeldung mit Code an und ändern Sie Ihr Passwort.",
  },
  prove: {
    ...de.prove,
    change: "Geben Sie einen Code aus Ihrer bisherigen App oder einen Ersatzcode ein, um eine andere App einzurichten.",
    codes:
      "Geben Sie einen Code aus Ihrer App oder einen Ersatzcode ein. Die alten Ersatzcodes gelten dann nicht mehr.",
    off: "Geben Sie einen Code aus Ihrer App oder einen Ersatzcode ein, um die Anmeldung mit Code auszuschalten.",
  },
  lacking: { ...de.lacking, text: "Ersatzcodes, falls Sie Ihre Geräte verlieren." },
  keep: {
    ...de.keep,
    text:
      "Die Anmeldung mit Code bleibt an. Haben nicht Sie die App als verloren gemeldet, dann ändern Sie Ihr " +
      "Passwort.",
  },
  problems: {
    ...de.problems,
    factor_code_missing: "Geben Sie einen Code ein.",
    factor_code_wrong: "Dieser Code stimmt nicht oder wurde schon verwendet. Warten Sie auf den nächsten.",
    factor_recovery_wrong:
      "Dieser Ersatzcode stimmt nicht oder wurde schon verwendet. Prüfen Sie ihn oder nehmen Sie einen anderen.",
    factor_set_up_over: "Das hat zu lange gedauert. Fangen Sie noch einmal an.",
  },
  mails: {
    ...de.mails,
    on: (brand) => ({
      subject: `${brand}: Anmeldung mit Code eingeschaltet`,
      lines: [`Zur Anmeldung mit Passwort bei ${brand} gehört jetzt auch ein Code aus Ihrer Authenticator-App.`],
    }),
    changed: (brand) => ({
      subject: `${brand}: Authenticator-App ersetzt`,
      lines: [
        `Die Codes für Ihr Konto bei ${brand} kommen jetzt aus einer anderen App.`,
        "Die alte App und die alten Ersatzcodes funktionieren nicht mehr.",
      ],
    }),
    off: (brand) => ({
      subject: `${brand}: Anmeldung mit Code ausgeschaltet`,
      lines: [`Zum Anmelden bei ${brand} brauchen Sie keinen Code mehr.`],
    }),
    codes: (brand) => ({
      subject: `${brand}: neue Ersatzcodes`,
      lines: [`Für Ihr Konto bei ${brand} wurden neue Ersatzcodes erstellt. Die alten funktionieren nicht mehr.`],
    }),
    used: (brand, left) => ({
      subject: `${brand}: Ersatzcode verwendet`,
      lines: [
        `Ein Ersatzcode Ihres Kontos bei ${brand} wurde verwendet.`,
        left === 0 ? "Es ist keiner mehr übrig." : left === 1 ? "1 ist noch übrig." : `${left} sind noch übrig.`,
        ...(left <= 2 ? ["Erstellen Sie auf der Seite Ihres Kontos bald neue."] : []),
      ],
    }),
    lost: (brand, due) => ({
      subject: `${brand}: Anmeldung mit Code wird ausgeschaltet`,
      lines: [
        `Jemand mit Ihrem Passwort hat die Authenticator-App für Ihr Konto bei ${brand} als verloren gemeldet.`,
        `Am ${due} wird die Anmeldung mit Code ausgeschaltet. Waren Sie das, müssen Sie nichts tun.`,
      ],
    }),
    keep: "Waren Sie das nicht? Lassen Sie die Anmeldung mit Code an, und ändern Sie danach Ihr Passwort:",
  },
};

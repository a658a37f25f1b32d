import { de } from "./de";
import type { en } from "./en";

const once =
  "Der Link ist eine Stunde gültig und nur einmal verwendbar. Danach wählen Sie beim Anmelden „Passwort vergessen?“.";

/** German with "Sie": only what differs from German with "du" is written here. */
export const deFormal: typeof en = {
  ...de,
  problems: {
    ...de.problems,
    email_needed: "Geben Sie eine E-Mail-Adresse ein.",
    name_needed: "Geben Sie einen Namen ein.",
    reason_missing: "Sagen Sie in ein paar Worten, warum.",
    not_allowed: "Das dürfen Sie nicht.",
    role_needs_address:
      "Diese Person hat eine Rolle. Entziehen Sie sie zuerst, oder geben Sie an, dass diese Adresse der Person gehört.",
    words_unprintable: "Lassen Sie Steuerzeichen weg.",
    search_malformed:
      "Suchen Sie nach dem Anfang einer E-Mail-Adresse oder eines Namens oder nach einer ganzen Kennung: " +
      "höchstens 254 Zeichen.",
    place_malformed: "Diese Seite gibt es in der Liste nicht. Beginnen Sie wieder vorn.",
  },
  mails: {
    ...de.mails,
    suspended: (brand, { until, words }) => ({
      subject: `${brand}: Ihr Konto ist gesperrt`,
      lines: [
        until === ""
          ? `Ihr Konto bei ${brand} ist gesperrt. Sie sind überall abgemeldet.`
          : `Ihr Konto bei ${brand} ist bis ${until} gesperrt. Sie sind überall abgemeldet.`,
        ...(words === "" ? [] : [words]),
      ],
    }),
    resumed: (brand) => ({
      subject: `${brand}: Ihr Konto ist wieder offen`,
      lines: [`Ihr Konto bei ${brand} ist nicht mehr gesperrt. Sie können sich wieder anmelden.`],
    }),
    signedOut: (brand) => ({
      subject: `${brand}: Sie sind überall abgemeldet`,
      lines: [
        `Die Verwaltung von ${brand} hat Sie auf allen Geräten abgemeldet. Sie können sich jederzeit wieder anmelden.`,
      ],
    }),
    passwordRequired: (brand) => ({
      subject: `${brand}: Wählen Sie ein neues Passwort`,
      lines: [
        `Die Verwaltung von ${brand} bittet Sie, ein neues Passwort zu wählen. Ihr altes gilt nicht mehr, ` +
          "und Sie sind überall abgemeldet.",
        once,
      ],
    }),
    link: (brand) => ({
      subject: `${brand}: Ihr Link zum Konto`,
      lines: [
        `Die Verwaltung von ${brand} hat Ihnen diesen Link geschickt. Mit ihm wählen Sie ein neues Passwort ` +
          "und melden sich an.",
        "Er ist eine Stunde gültig und nur einmal verwendbar. " +
          "Haben Sie nicht um Hilfe gebeten, können Sie diese E-Mail ignorieren.",
      ],
    }),
    added: (brand) => ({
      subject: `${brand}: Ihr neues Konto`,
      lines: [
        `Die Verwaltung von ${brand} hat ein Konto für Sie angelegt. Wählen Sie ein Passwort, um es zu öffnen.`,
        once,
      ],
    }),
    confirm: (brand) => ({
      subject: `${brand}: Bestätigen Sie Ihre E-Mail-Adresse`,
      lines: [`Das ist die E-Mail-Adresse Ihres Kontos bei ${brand}. Bestätigen Sie, dass sie Ihnen gehört.`],
      after: [
        "Der Link ist eine Stunde gültig und nur einmal verwendbar. " +
          "Öffnen Sie ihn in einem Browser, in dem Sie noch nicht angemeldet waren, wählen Sie ein neues Passwort.",
        "Wenn das nicht Ihr Konto ist, können Sie diese E-Mail ignorieren.",
      ],
    }),
    deleted: (brand) => ({
      subject: `${brand}: Ihr Konto wurde gelöscht`,
      lines: [
        `Die Verwaltung von ${brand} hat Ihr Konto gelöscht, mit allem, was dazugehörte. Es lässt sich nicht ` +
          "wiederherstellen.",
      ],
      footer: `Sie bekommen diese E-Mail, weil Sie ein Konto bei ${brand} hatten. Bitte antworten Sie nicht darauf.`,
    }),
  },
};

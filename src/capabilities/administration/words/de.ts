import type { en } from "./en";

/** Every word of the administration, in German with "du". */
export const de: typeof en = {
  title: "Verwaltung",
  events: {
    account_added: "Konto angelegt",
    suspended: "Konto gesperrt",
    resumed: "Sperre aufgehoben",
    signed_out_everywhere: "Überall abgemeldet",
    password_required: "Neues Passwort verlangt",
    link_sent: "Link zum Konto geschickt",
    confirmation_sent: "Bestätigungsmail geschickt",
    role_given: "Rolle erhalten",
    role_taken: "Rolle entzogen",
    account_deleted: "Konto gelöscht",
  },
  mailKinds: {
    verify: "Bestätigungscode",
    reset: "Link für ein neues Passwort",
    confirm_email: "Link zum Bestätigen einer neuen Adresse",
    invitation: "Einladung",
    new_device: "Neue Anmeldung",
    account_suspended: "Konto gesperrt",
    account_resumed: "Sperre aufgehoben",
    account_signed_out: "Überall abgemeldet",
    account_password_required: "Neues Passwort verlangt",
    account_link: "Link zum Konto",
    account_confirm: "Link zum Bestätigen der Adresse",
  },
  problems: {
    person_gone: "Niemand hat diese E-Mail-Adresse oder Kennung.",
    invitation_gone:
      "Für diese Adresse wartet keine Einladung: Sie wurde angenommen, zurückgezogen oder ersetzt, oder es gab keine.",
    email_needed: "Gib eine E-Mail-Adresse ein.",
    name_needed: "Gib einen Namen ein.",
    email_is_theirs: "Das ist schon die E-Mail-Adresse dieser Person.",
    reason_missing: "Sag in ein paar Worten, warum.",
    not_allowed: "Das darfst du nicht.",
    role_unknown: "Eine Rolle ist `admin` oder `support`.",
    role_unconfirmed: "Diese Person muss zuerst ihre E-Mail-Adresse bestätigen.",
    role_needs_address:
      "Diese Person hat eine Rolle. Entziehe sie zuerst, oder gib an, dass diese Adresse der Person gehört.",
    email_taken: "Jemand hat diese E-Mail-Adresse schon.",
    email_is_confirmed: "Diese E-Mail-Adresse ist schon bestätigt.",
    email_is_another: "Die E-Mail-Adresse ist inzwischen eine andere. Gehört diese der Person?",
    mail_off: "Dafür braucht es E-Mail, und die ist hier ausgeschaltet (MAIL=off).",
    until_past: "Das Ende einer Sperre muss in der Zukunft liegen.",
    words_too_long: "Höchstens 500 Zeichen.",
    words_unprintable: "Lass Steuerzeichen weg.",
    search_malformed:
      "Suche nach dem Anfang einer E-Mail-Adresse oder eines Namens oder nach einer ganzen Kennung: " +
      "höchstens 254 Zeichen.",
    place_malformed: "Diese Seite gibt es in der Liste nicht. Beginne wieder vorn.",
  },
  mails: {
    suspended: (brand, { until, words }) => ({
      subject: `${brand}: Dein Konto ist gesperrt`,
      lines: [
        until === ""
          ? `Dein Konto bei ${brand} ist gesperrt. Du bist überall abgemeldet.`
          : `Dein Konto bei ${brand} ist bis ${until} gesperrt. Du bist überall abgemeldet.`,
        ...(words === "" ? [] : [words]),
      ],
    }),
    resumed: (brand) => ({
      subject: `${brand}: Dein Konto ist wieder offen`,
      lines: [`Dein Konto bei ${brand} ist nicht mehr gesperrt. Du kannst dich wieder anmelden.`],
    }),
    signedOut: (brand) => ({
      subject: `${brand}: Du bist überall abgemeldet`,
      lines: [
        `Die Verwaltung von ${brand} hat dich auf allen Geräten abgemeldet. Du kannst dich jederzeit wieder anmelden.`,
      ],
    }),
    passwordRequired: (brand) => ({
      subject: `${brand}: Wähle ein neues Passwort`,
      lines: [
        `Die Verwaltung von ${brand} bittet dich, ein neues Passwort zu wählen. Dein altes gilt nicht mehr, ` +
          "und du bist überall abgemeldet.",
        "Der Link ist eine Stunde gültig und nur einmal verwendbar. Danach wähle beim Anmelden „Passwort vergessen?“.",
      ],
    }),
    link: (brand) => ({
      subject: `${brand}: Dein Link zum Konto`,
      lines: [
        `Die Verwaltung von ${brand} hat dir diesen Link geschickt. Mit ihm wählst du ein neues Passwort und ` +
          "meldest dich an.",
        "Er ist eine Stunde gültig und nur einmal verwendbar. " +
          "Hast du nicht um Hilfe gebeten, kannst du diese E-Mail ignorieren.",
      ],
    }),
    added: (brand) => ({
      subject: `${brand}: Dein neues Konto`,
      lines: [
        `Die Verwaltung von ${brand} hat ein Konto für dich angelegt. Wähle ein Passwort, um es zu öffnen.`,
        "Der Link ist eine Stunde gültig und nur einmal verwendbar. Danach wähle beim Anmelden „Passwort vergessen?“.",
      ],
    }),
    passwordAction: "Passwort wählen",
    confirm: (brand) => ({
      subject: `${brand}: Bestätige deine E-Mail-Adresse`,
      lines: [`Das ist die E-Mail-Adresse deines Kontos bei ${brand}. Bestätige, dass sie dir gehört.`],
      after: [
        "Der Link ist eine Stunde gültig und nur einmal verwendbar. " +
          "Öffnest du ihn in einem Browser, in dem du noch nicht angemeldet warst, wählst du ein neues Passwort.",
        "Wenn das nicht dein Konto ist, kannst du diese E-Mail ignorieren.",
      ],
    }),
    confirmAction: "E-Mail-Adresse bestätigen",
    deleted: (brand) => ({
      subject: `${brand}: Dein Konto wurde gelöscht`,
      lines: [
        `Die Verwaltung von ${brand} hat dein Konto gelöscht, mit allem, was dazugehörte. Es lässt sich nicht ` +
          "wiederherstellen.",
      ],
      footer: `Du bekommst diese E-Mail, weil du ein Konto bei ${brand} hattest. Bitte antworte nicht darauf.`,
    }),
  },
};

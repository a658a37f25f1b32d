import type { Words } from "../en";

/** What the page of what happened to an account says. */
export const activity: Words["activity"] = {
  empty: "Noch nichts. Anmeldungen und Änderungen erscheinen hier.",
  older: "Ältere",
  newest: "Zurück zu den neuesten",
  kinds: {
    sign_up: "Konto erstellt",
    sign_in: "Angemeldet",
    sign_out: "Abgemeldet",
    name_changed: "Name geändert",
    picture_removed: "Bild entfernt",
    email_verified: "E-Mail-Adresse bestätigt",
    password_changed: "Passwort geändert",
    password_reset_asked: "Zurücksetzen des Passworts angefordert",
    password_reset: "Passwort zurückgesetzt",
    email_change_asked: "Neue E-Mail-Adresse angefordert",
    email_changed: "E-Mail-Adresse geändert",
    email_change_undone: "Änderung der E-Mail-Adresse rückgängig gemacht",
    sessions_ended: "Geräte abgemeldet",
    account_secured: "Überall abgemeldet (Link aus einer E-Mail)",
    data_exported: "Daten heruntergeladen",
    deletion_asked: "Löschung angefordert",
    deletion_stopped: "Löschung zurückgenommen",
    picture_changed: "Bild geändert",
  },
  outcomes: { refused: "fehlgeschlagen", held_up: "blockiert: zu viele Versuche" },
  refused: {
    sign_in: "Anmeldung fehlgeschlagen: falsches Passwort",
    email_verified: "Falscher Bestätigungscode",
    password_changed: "Passwort nicht geändert: aktuelles Passwort war falsch",
  },
  heldUp: { sign_in: "Anmeldung blockiert: zu viele Versuche" },
  signedOut: (device) => `${device} abgemeldet`,
  times: (count) => `${count} Mal`,
  unknown: "Kommt dir etwas nicht bekannt vor?",
  changePassword: "Passwort ändern",
};

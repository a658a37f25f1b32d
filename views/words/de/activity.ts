import type { Words } from "../en";

/** What the page of what happened to an account says. */
export const activity: Words["activity"] = {
  intro:
    "Was mit deinem Konto passiert ist; dieselbe Anmeldung noch einmal in einer Stunde steht nur einmal " +
    "da, mit der letzten Zeit. Kommt dir etwas unbekannt vor? Ändere dein Passwort.",
  empty: "Noch nichts. Hier werden Anmeldungen und Änderungen stehen.",
  older: "Ältere",
  newest: "Zurück zu den neuesten",
  kinds: {
    sign_up: "Konto mit dieser Adresse erstellt",
    sign_in: "Anmeldung",
    sign_out: "Abmeldung",
    name_changed: "Name geändert",
    picture_removed: "Bild entfernt",
    email_verified: "Adresse bestätigt",
    password_changed: "Passwort geändert",
    password_reset_asked: "Link für ein neues Passwort angefordert",
    password_reset: "Neues Passwort über einen Link gewählt",
    email_change_asked: "Änderung der Adresse angefordert",
    email_changed: "Adresse geändert",
    email_change_undone: "Änderung der Adresse rückgängig gemacht",
    sessions_ended: "Geräte abgemeldet",
    account_secured: "Alle über einen Link abgemeldet",
    data_exported: "Daten exportiert",
    deletion_asked: "Löschung angefordert",
    deletion_stopped: "Löschung gestoppt",
    picture_changed: "Bild geändert",
  },
  outcomes: { refused: "abgelehnt", held_up: "nach zu vielen Versuchen abgewiesen" },
  refused: {
    sign_in: "Anmeldung fehlgeschlagen: falsches Passwort",
    email_verified: "Falscher Bestätigungscode",
    password_changed: "Passwort nicht geändert: aktuelles Passwort falsch",
  },
  heldUp: { sign_in: "Anmeldung blockiert: zu viele Versuche" },
  signedOut: (device) => `${device} abgemeldet`,
  times: (count) => `${count} Mal`,
  unknown: "Kommt dir etwas nicht bekannt vor?",
  changePassword: "Ändere dein Passwort",
};

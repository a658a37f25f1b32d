import type { en } from "./en";

/** Every word of the passkeys, in German with "du". */
export const de: typeof en = {
  title: "Passkeys",
  intro: "Melde dich mit Fingerabdruck, Gesicht oder Bildschirmsperre statt mit einem Passwort an.",
  none: "Du hast noch keinen Passkey.",
  unscripted:
    "Passkeys brauchen JavaScript und einen aktuellen Browser. Schalte JavaScript ein oder nimm einen anderen Browser.",
  unsupported: "Dieser Browser kann keine Passkeys verwenden. Nimm einen anderen Browser oder ein neueres Gerät.",
  full: "Du hast zehn Passkeys, mehr gehen nicht. Entferne einen, um einen neuen hinzuzufügen.",
  single: "Füge auf einem anderen Gerät einen zweiten Passkey hinzu, falls du dieses einmal verlierst.",
  facts: {
    made: "Hinzugefügt",
    used: "Zuletzt verwendet",
    neverUsed: "Noch nie verwendet",
    backedUp: "Gesichert",
    notBackedUp: "Nur auf einem Gerät",
  },
  add: { action: "Passkey hinzu\u00ADfügen", working: "Wird gespeichert …" },
  change: {
    action: "Ändern",
    named: (name) => `${name} ändern`,
    field: "Name",
    hint: "Damit du ihn später erkennst, zum Beispiel „Laptop im Büro“.",
    save: "Namen speichern",
    saving: "Wird gespeichert …",
    removeTitle: "Diesen Passkey entfernen",
    removeText: "Danach kannst du dich damit nicht mehr anmelden. Lösche ihn auch in deinem Passwort-Manager.",
    remove: "Passkey entfernen",
    removing: "Wird entfernt …",
    back: "Alle Passkeys",
  },
  signIn: { action: "Mit Passkey anmelden", working: "Anmeldung läuft …", or: "oder" },
  signUp: {
    begin: "Mit Passkey weiter",
    title: "Konto mit Passkey erstellen",
    lead:
      "Zuerst schicken wir dir einen Code per E-Mail. Dann erstellt dein Gerät den Passkey, und du brauchst kein " +
      "Passwort.",
    next: "Weiter",
    withPassword: "Lieber ein Passwort verwenden",
    makeTitle: "Erstelle deinen Passkey",
    makeLead: (email) => `${email} ist bestätigt. Erstelle jetzt einen Passkey: Er öffnet dein Konto.`,
    make: "Passkey erstellen",
  },
  prove: { action: "Passkey verwenden" },
  purposes: {
    add: { text: "Bestätige, dass du es bist, um einen Passkey hinzuzufügen.", action: "Weiter" },
    rename: { text: "Bestätige, dass du es bist, um diesen Passkey umzubenennen.", action: "Namen speichern" },
    remove: {
      text: "Bestätige, dass du es bist, um diesen Passkey zu entfernen.",
      action: "Passkey entfernen",
      isDanger: true,
    },
  },
  notices: {
    ready: "Danke, das ist bestätigt. Jetzt kannst du deinen Passkey hinzufügen.",
    added: "Dein Passkey ist bereit. Verwende ihn bei der nächsten Anmeldung.",
    renamed: "Gespeichert.",
    removed: "Der Passkey ist entfernt.",
  },
  alone:
    "Du hast einen Passkey, kein Passwort und keine Ersatzcodes. Wenn du ihn verlierst, kommst du vielleicht nicht " +
    "mehr herein.",
  lacking: { text: "Einen Passkey, mit dem du dich anmeldest.", label: "Passkey hinzufügen" },
  safety: {
    alone: "Nur einer",
    single: "Füge noch einen hinzu, falls du ihn verlierst.",
    none: "Passkeys: keine",
    some: (count) => (count === 1 ? "Ein Passkey" : `${count} Passkeys`),
    action: "Verwalten",
    named: "Passkeys verwalten",
  },
  offer: {
    title: "Nächstes Mal schneller anmelden?",
    text:
      "Mit einem Passkey meldest du dich mit Fingerabdruck, Gesicht oder Bildschirmsperre an. " +
      "Niemand kann ihn stehlen oder erraten.",
    later: "Jetzt nicht",
    never: "Nicht mehr fragen",
    working: "Einen Moment …",
  },
  events: {
    passkey_added: "Passkey hinzugefügt",
    passkey_renamed: "Passkey umbenannt",
    passkey_removed: "Passkey entfernt",
  },
  problems: {
    passkey_wrong: "Das hat mit diesem Passkey nicht geklappt. Versuche es noch einmal oder melde dich anders an.",
    passkey_unknown: "Diesen Passkey kennen wir nicht. Vielleicht wurde er entfernt. Melde dich anders an.",
    passkey_expired: "Das hat zu lange gedauert. Versuche es noch einmal.",
    passkey_taken: "Dieses Gerät oder dieser Passwort-Manager hat schon einen Passkey für dein Konto.",
    passkey_too_many: "Mehr als zehn Passkeys gehen nicht. Entferne zuerst einen.",
    passkey_last:
      "Anders kannst du dich nicht anmelden. Wähle zuerst ein Passwort oder füge einen weiteren Passkey hinzu.",
    passkey_gone: "Dieser Passkey wurde schon entfernt.",
    passkey_missing: "Wähle einen Passkey.",
    passkey_name: "Gib einen Namen mit höchstens 60 Zeichen ein.",
  },
  mails: {
    passkey_added: (brand, name) => ({
      subject: `${brand}: Passkey hinzugefügt`,
      lines: [`Zu deinem Konto bei ${brand} kam ein Passkey hinzu: ${name}.`, "Wer ihn hat, kann sich anmelden."],
    }),
    passkey_renamed: (brand, name) => ({
      subject: `${brand}: Passkey umbenannt`,
      lines: [`Ein Passkey deines Kontos bei ${brand} heißt jetzt ${name}.`],
    }),
    passkey_removed: (brand, name) => ({
      subject: `${brand}: Passkey entfernt`,
      lines: [`Von deinem Konto bei ${brand} wurde ein Passkey entfernt: ${name}.`],
    }),
  },
};

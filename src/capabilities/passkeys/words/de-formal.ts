import { de } from "./de";
import type { en } from "./en";

/** German with "Sie": only what differs from German with "du" is written here. */
export const deFormal: typeof en = {
  ...de,
  intro: "Melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre statt mit einem Passwort an.",
  none: "Sie haben noch keinen Passkey.",
  unscripted:
    "Passkeys brauchen JavaScript und einen aktuellen Browser. " +
    "Schalten Sie JavaScript ein oder nehmen Sie einen anderen Browser.",
  unsupported: "Dieser Browser kann keine Passkeys verwenden. Nehmen Sie einen anderen Browser oder ein neueres Gerät.",
  full: "Sie haben zehn Passkeys, mehr gehen nicht. Entfernen Sie einen, um einen neuen hinzuzufügen.",
  single: "Fügen Sie auf einem anderen Gerät einen zweiten Passkey hinzu, falls Sie dieses einmal verlieren.",
  change: {
    ...de.change,
    hint: "Damit Sie ihn später erkennen, zum Beispiel „Laptop im Büro“.",
    removeText: "Danach können Sie sich damit nicht mehr anmelden. Löschen Sie ihn auch in Ihrem Passwort-Manager.",
  },
  signUp: {
    ...de.signUp,
    lead:
      "Zuerst schicken wir Ihnen einen Code per E-Mail. Dann erstellt Ihr Gerät den Passkey, und Sie brauchen kein " +
      "Passwort.",
    makeTitle: "Erstellen Sie Ihren Passkey",
    makeLead: (email) => `${email} ist bestätigt. Erstellen Sie jetzt einen Passkey: Er öffnet Ihr Konto.`,
  },
  purposes: {
    add: { ...de.purposes.add, text: "Bestätigen Sie, dass Sie es sind, um einen Passkey hinzuzufügen." },
    rename: { ...de.purposes.rename, text: "Bestätigen Sie, dass Sie es sind, um diesen Passkey umzubenennen." },
    remove: { ...de.purposes.remove, text: "Bestätigen Sie, dass Sie es sind, um diesen Passkey zu entfernen." },
  },
  notices: {
    ...de.notices,
    ready: "Danke, das ist bestätigt. Jetzt können Sie Ihren Passkey hinzufügen.",
    added: "Ihr Passkey ist bereit. Verwenden Sie ihn bei der nächsten Anmeldung.",
  },
  alone:
    "Sie haben einen Passkey, kein Passwort und keine Ersatzcodes. Wenn Sie ihn verlieren, kommen Sie vielleicht " +
    "nicht mehr herein.",
  safety: { ...de.safety, single: "Fügen Sie noch einen hinzu, falls Sie ihn verlieren." },
  lacking: { ...de.lacking, text: "Einen Passkey, mit dem Sie sich anmelden." },
  offer: {
    ...de.offer,
    text:
      "Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre an. " +
      "Niemand kann ihn stehlen oder erraten.",
  },
  problems: {
    ...de.problems,
    passkey_wrong:
      "Das hat mit diesem Passkey nicht geklappt. Versuchen Sie es noch einmal oder melden Sie sich anders an.",
    passkey_unknown: "Diesen Passkey kennen wir nicht. Vielleicht wurde er entfernt. Melden Sie sich anders an.",
    passkey_expired: "Das hat zu lange gedauert. Versuchen Sie es noch einmal.",
    passkey_taken: "Dieses Gerät oder dieser Passwort-Manager hat schon einen Passkey für Ihr Konto.",
    passkey_too_many: "Mehr als zehn Passkeys gehen nicht. Entfernen Sie zuerst einen.",
    passkey_last:
      "Anders können Sie sich nicht anmelden. Wählen Sie zuerst ein Passwort oder fügen Sie einen weiteren Passkey " +
      "hinzu.",
    passkey_missing: "Wählen Sie einen Passkey.",
    passkey_name: "Geben Sie einen Namen mit höchstens 60 Zeichen ein.",
  },
  mails: {
    passkey_added: (brand, name) => ({
      subject: `${brand}: Passkey hinzugefügt`,
      lines: [`Zu Ihrem Konto bei ${brand} kam ein Passkey hinzu: ${name}.`, "Wer ihn hat, kann sich anmelden."],
    }),
    passkey_renamed: (brand, name) => ({
      subject: `${brand}: Passkey umbenannt`,
      lines: [`Ein Passkey Ihres Kontos bei ${brand} heißt jetzt ${name}.`],
    }),
    passkey_removed: (brand, name) => ({
      subject: `${brand}: Passkey entfernt`,
      lines: [`Von Ihrem Konto bei ${brand} wurde ein Passkey entfernt: ${name}.`],
    }),
  },
};

import { de } from "./de";
import type { en } from "./en";

/** German with "Sie": only what differs from German with "du" is written here. */
export const deFormal: typeof en = {
  ...de,
  sections: { ...de.sections, account: "Ihr Konto" },
  person: { ...de.person, acts: "Was Sie tun können" },
  acts: {
    ...de.acts,
    link: {
      ...de.acts.link,
      text:
        "Wir schicken der Person einen Link. Damit wählt sie ein neues Passwort und meldet sich an. Er gilt eine " +
        "Stunde und nur einmal. Sie sehen ihn nicht.",
    },
    "second-factor-off": {
      ...de.acts["second-factor-off"],
      text:
        "Vergewissern Sie sich zuerst, wer darum bittet: Danach braucht die Anmeldung keinen Code mehr. Die Person " +
        "wird überall abgemeldet.",
    },
    export: {
      ...de.acts.export,
      text:
        "Sie bekommen eine Datei mit allem, was über die Person gespeichert ist, wie sie sie selbst herunterladen " +
        "kann.",
    },
    confirm: {
      ...de.acts.confirm,
      text: "Nur wenn Sie wissen, dass sie der Person gehört: Wer dort E-Mails liest, kann das Konto öffnen.",
    },
    "give-admin": {
      ...de.acts["give-admin"],
      text: "Die Person kann hier dann alles, was Sie können, auch mit Ihrem Konto.",
    },
  },
  form: {
    ...de.form,
    reasonHint: "Warum Sie das tun. Er steht beim Ereignis und gehört zu den Daten, die die Person herunterladen kann.",
    proof: (act, who) => `Bestätigen Sie, dass Sie es sind. ${act}: ${who}`,
  },
};

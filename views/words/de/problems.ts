import type { Words } from "../en";

/** What went wrong, and what to do: one sentence each, or two. */
export const problems: Words["problems"] = {
  name_missing: "Gib deinen Namen ein.",
  name_too_long: "Verwende höchstens 100 Zeichen.",
  name_unprintable: "Lass Zeilenumbrüche und unsichtbare Zeichen weg.",
  email_missing: "Gib deine E-Mail-Adresse ein.",
  email_malformed: "Gib eine Adresse wie name@example.com ein.",
  password_missing: "Gib ein Passwort ein.",
  current_missing: "Gib dein aktuelles Passwort ein.",
  password_too_short: "Verwende mindestens 8 Zeichen.",
  password_too_long: "Verwende höchstens 128 Zeichen.",
  password_common: "Dieses Passwort steht auf Listen gestohlener Passwörter. Wähle ein anderes.",
  password_same: "Das ist dein aktuelles Passwort. Wähle ein anderes.",
  password_wrong: "Das ist nicht dein aktuelles Passwort.",
  password_guessable:
    "Das ist deinem Namen, deiner E-Mail-Adresse oder dem Namen dieser Seite zu ähnlich. Wähle ein anderes.",
  image_malformed: "Verwende eine https-Adresse mit höchstens 2048 Zeichen.",
  wrong_credentials: "E-Mail-Adresse oder Passwort ist falsch.",
  signed_out: "Du wurdest abgemeldet. Melde dich an, um weiterzumachen.",
  proof_needed: "Gib dein Passwort ein, um weiterzumachen.",
  code_missing: "Gib die sechs Ziffern aus der E-Mail ein.",
  code_wrong:
    "Der Code ist falsch, abgelaufen oder wurde in einem anderen Browser angefordert. Öffne den Link in der " +
    "neuesten E-Mail oder fordere einen neuen Code an.",
  link_dead:
    "Dieser Link ist nicht mehr gültig. Er ist abgelaufen, wurde schon verwendet oder durch eine neuere E-Mail " +
    "ersetzt.",
  link_alone:
    "Dieses Konto hat kein Passwort, deshalb reicht der Link allein nicht. Bestätige auf einem anderen Weg, dass du " +
    "es bist.",
  password_kept: "Das geht noch nicht. Ergänze zuerst, was fehlt.",
  email_same: "Das ist schon deine E-Mail-Adresse.",
  sign_up_closed: "Zurzeit können hier keine neuen Konten erstellt werden. Wenn du schon eines hast, melde dich an.",
  sign_up_invited:
    "Um hier ein Konto zu erstellen, öffne den Link in deiner Einladung. Wenn du schon ein Konto hast, melde dich an.",
  email_elsewhere: "Konten gibt es hier nur für E-Mail-Adressen bestimmter Organisationen. Nimm eine davon.",
  has_account: "Diese E-Mail-Adresse hat schon ein Konto.",
  admin_last: "Das ist die einzige Person, die verwaltet. Gib zuerst jemand anderem die Rolle.",
  own_admin_last: "Du bist die einzige Person, die verwaltet. Gib zuerst jemand anderem die Rolle.",
  too_many_tries: "Zu viele Versuche.",
  too_many_mails: "Wir haben dir gerade erst eine E-Mail geschickt. Schau in deinem Postfach und im Spam-Ordner nach.",
  malformed: "Da ging etwas verloren. Lade die Seite neu und versuche es noch einmal.",
  not_a_form: "Diese Adresse nimmt nur Web-Formulare an. Öffne die Seite und verwende das Formular dort.",
  too_large: "Das ist zu lang. Kürze es und versuche es noch einmal.",
  too_slow: "Das kam zu langsam hier an. Prüfe deine Verbindung und versuche es noch einmal.",
  cross_site:
    "Dieses Formular kam von einer anderen Website, deshalb haben wir nichts getan. Öffne die Seite hier und " +
    "versuche es noch einmal.",
  not_found: "Unter dieser Adresse gibt es keine Seite.",
  wrong_host: "Für diesen Hostnamen ist dieser Server nicht zuständig. Verwende die Adresse, die du bekommen hast.",
  busy: "Gerade melden sich viele Leute an.",
  unavailable: "Das geht gerade nicht.",
  not_signed_out: "Das Abmelden hat nicht geklappt. Du bist hier noch angemeldet.",
  broken: "Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal.",
  picture_unreadable: "Wähle ein vollständiges Bild im Format PNG, JPEG oder WebP.",
  picture_too_large: "Wähle ein Bild mit höchstens 1 MB und 40 Megapixeln.",
  password_pattern:
    "Wiederholungen, Tastenreihen und Datumsangaben sind leicht zu erraten. Nimm mehrere Wörter, die nichts " +
    "miteinander zu tun haben.",
  password_weak:
    "Das ist leicht zu erraten, auch mit Ziffern oder Zeichen dahinter. Nimm noch ein oder zwei Wörter dazu.",
};

import { de } from "../de";
import type { Words } from "../en";

/** What went wrong, and what to do, with "Sie". */
export const problems: Words["problems"] = {
  ...de.problems,
  name_missing: "Geben Sie Ihren Namen ein.",
  name_too_long: "Verwenden Sie höchstens 100 Zeichen.",
  name_unprintable: "Lassen Sie Zeilenumbrüche und unsichtbare Zeichen weg.",
  email_missing: "Geben Sie Ihre E-Mail-Adresse ein.",
  email_malformed: "Geben Sie eine Adresse wie name@example.com ein.",
  password_missing: "Geben Sie ein Passwort ein.",
  current_missing: "Geben Sie Ihr aktuelles Passwort ein.",
  password_too_short: "Verwenden Sie mindestens 8 Zeichen.",
  password_too_long: "Verwenden Sie höchstens 128 Zeichen.",
  password_common: "Dieses Passwort steht auf Listen gestohlener Passwörter. Wählen Sie ein anderes.",
  password_same: "Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.",
  password_wrong: "Das ist nicht Ihr aktuelles Passwort.",
  password_guessable:
    "Das ist Ihrem Namen, Ihrer E-Mail-Adresse oder dem Namen dieser Seite zu ähnlich. Wählen Sie ein anderes.",
  image_malformed: "Verwenden Sie eine https-Adresse mit höchstens 2048 Zeichen.",
  signed_out: "Sie wurden abgemeldet. Melden Sie sich an, um weiterzumachen.",
  proof_needed: "Geben Sie Ihr Passwort ein, um weiterzumachen.",
  code_missing: "Geben Sie die sechs Ziffern aus der E-Mail ein.",
  code_wrong:
    "Der Code ist falsch, abgelaufen oder wurde in einem anderen Browser angefordert. Öffnen Sie den Link in der " +
    "neuesten E-Mail oder fordern Sie einen neuen Code an.",
  link_alone:
    "Dieses Konto hat kein Passwort, deshalb reicht der Link allein nicht. Bestätigen Sie auf einem anderen Weg, " +
    "dass Sie es sind.",
  password_kept: "Das geht noch nicht. Ergänzen Sie zuerst, was fehlt.",
  admin_last: "Das ist die einzige Person, die verwaltet. Geben Sie zuerst jemand anderem die Rolle.",
  own_admin_last: "Sie sind die einzige Person, die verwaltet. Geben Sie zuerst jemand anderem die Rolle.",
  email_same: "Das ist schon Ihre E-Mail-Adresse.",
  sign_up_closed:
    "Zurzeit können hier keine neuen Konten erstellt werden. Wenn Sie schon eines haben, melden Sie sich an.",
  sign_up_invited:
    "Um hier ein Konto zu erstellen, öffnen Sie den Link in Ihrer Einladung. Wenn Sie schon ein Konto haben, melden " +
    "Sie sich an.",
  email_elsewhere: "Konten gibt es hier nur für E-Mail-Adressen bestimmter Organisationen. Nehmen Sie eine davon.",
  too_many_mails:
    "Wir haben Ihnen gerade erst eine E-Mail geschickt. Schauen Sie in Ihrem Postfach und im Spam-Ordner nach.",
  malformed: "Da ging etwas verloren. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  not_a_form: "Diese Adresse nimmt nur Web-Formulare an. Öffnen Sie die Seite und verwenden Sie das Formular dort.",
  too_large: "Das ist zu lang. Kürzen Sie es und versuchen Sie es noch einmal.",
  too_slow: "Das kam zu langsam hier an. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
  cross_site:
    "Dieses Formular kam von einer anderen Website, deshalb haben wir nichts getan. Öffnen Sie die Seite hier und " +
    "versuchen Sie es noch einmal.",
  wrong_host:
    "Für diesen Hostnamen ist dieser Server nicht zuständig. Verwenden Sie die Adresse, die Sie bekommen haben.",
  not_signed_out: "Das Abmelden hat nicht geklappt. Sie sind hier noch angemeldet.",
  broken: "Bei uns ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
  password_pattern:
    "Wiederholungen, Tastenreihen und Datumsangaben sind leicht zu erraten. Nehmen Sie mehrere Wörter, die nichts " +
    "miteinander zu tun haben.",
  password_weak:
    "Das ist leicht zu erraten, auch mit Ziffern oder Zeichen dahinter. Nehmen Sie noch ein oder zwei Wörter dazu.",
  picture_unreadable: "Wählen Sie ein vollständiges Bild im Format PNG, JPEG oder WebP.",
  picture_too_large: "Wählen Sie ein Bild mit höchstens 1 MB und 40 Megapixeln.",
};

/** What pages and mails said before they were written like this, and must not say again. */
export const oldEnglish: readonly RegExp[] = [
  /\bmails?\b/i, // an email is one
  /Somebody|everybody/i,
  /E-mail|recognise|cancelled/,
  /closed now and deleted in a week|was to be deleted/,
  /From now on you sign in|Go back to this address|Take my account back/,
  /Confirm that it is you|\bgo on\b/i,
  /Saving it signs you out|you get a|They work for|Look into the spam/i,
  /Sign in without confirming|Press the button|Send the link|You remember it/,
  /used already|too old|took its place|follow its link/,
  /8 characters or more\. A few words/,
  /Easy to guess\.|Could be longer|Hard to guess\.$/,
  /Have an account\?/,
  /What happened to your account|Where your account is|on this device only/,
  /created with this address|Link for a new password|chosen by link|Change of address|by link$/,
  /Deletion (asked for|stopped)|turned away|gone on|Your account stays/,
  /old password|on its way\. The link|is saved|password is changed|address is changed/,
  /does not match|do not match|Too many people|too close to your name|a moment ago/,
  /Too many tries|arrived damaged|more than fits|is not possible|did not work|ask for help/,
  /kept about you|would have been sent|As it looks in a mail/,
  /With this code you|Sign in with its password|works once|know nothing of this/,
  /not used before|nothing to do|This was not you|something that was done/,
  /If you open them in/, // a code is good in the browser alone that asked for it
];

export const oldGerman: readonly RegExp[] = [
  /(?<!E-)\bMails?\b/,
  /dir gehört|Sie gelten|Gut sind ein paar|Könnte länger sein|Schwer zu erraten\.$/,
  /Mit dem Knopf|Beim Speichern|Alle werden von|Alle abmelden|Alle über|bekommt .* zurück/,
  /Zuletzt aktiv jetzt|^x unter x$|Was mit deinem Konto|werden stehen/,
  /über einen Link|gestoppt|abgelehnt|ist es weg|Konto bleibt\./,
  /ist geändert\.|ist gespeichert|gehen kann|gilt weiter/,
  /beschädigt angekommen|als hineinpasst|unserem Namen|seinem Passwort/,
  /funktioniert einmal|gilt einmal|etwas gemacht wurde|vorher nicht verwendet/,
  /und Daten sind/, // days, not data
];

/** The same for the documentation and the plugin. */
export const oldDocs: readonly RegExp[] = [
  /Less rights for serving/,
  /session ends that nobody used/,
  /costs the oldest/,
  /it is kept who signed in/,
  /You are a stranger here/,
];

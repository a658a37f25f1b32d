import { asks, shown } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const hashesOnly = "confirming an address: no row holds what would open an account, tokens and codes only as hashes";

/** V6 authentication: what the system hands out, and the second factor. */
export const v6codes = [
  asks(
    "6.4.1",
    1,
    "what the system hands out is random, short-lived and used once",
    shown(
      "a forgotten password: a link works once, and a newer one ends it",
      "a forgotten password: a link is too old after an hour",
      "each purpose > has a key of its own, of 256 bits, and what is made for one is nothing to another",
    ),
  ),
  asks(
    "6.4.2",
    1,
    "no hints, no secret questions",
    shown("a new database > has no place for a hint or a secret question, and sign-up asks for none"),
  ),
  asks(
    "6.4.3",
    2,
    "a new password does not go around the second factor",
    shown("every way in > a sign-up makes no session, and neither does a new password by mail"),
  ),
  asks(
    "6.4.4",
    2,
    "a lost second factor is not taken off by whoever says so",
    shown(
      "a second factor that is lost > is taken off after three days, with a mail at once and every day",
      "a second factor that is lost > is kept by a sign-in with it, and by the link in the mail",
    ),
  ),
  asks(
    "6.4.6",
    3,
    "administrators begin a change of a password, and choose none",
    shown(
      "a link to get back in works once, and is printed nowhere",
      "a new password that is required > leaves the old one wrong, leads whoever types it to choose another, and " +
        "mails a link",
    ),
  ),
  asks(
    "6.5.1",
    2,
    "a code or link works once",
    shown(
      "F7 the six digits used by twenty at once confirm once",
      "F26 of twenty uses of one code by five sign-ins one gets in",
      "F26 of twenty uses of one recovery code by five sign-ins one gets in",
      "F2 a link for a new password used by twenty at once works for one, whose password it is",
      "confirming an address: the link does it in the browser that signed up, by its button, and once",
    ),
  ),
  asks(
    "6.5.2",
    2,
    "codes and links are kept as hashes",
    shown(hashesOnly, "a recovery code > is kept as a hash alone, and another user's is nothing here"),
  ),
  asks(
    "6.5.3",
    2,
    "codes are random",
    shown(
      "the source > asks Math.random for the length of pauses only, never for a secret",
      "confirming an address: another mail comes after a wait, and its code replaces the first",
    ),
  ),
  asks(
    "6.5.4",
    2,
    "recovery codes have 20 bits at least: they have 50",
    shown("a recovery code > lets its owner in once, in any case and with any dash, and is told of by mail"),
  ),
  asks(
    "6.5.5",
    2,
    "codes last ten minutes, those of an app their half minute (and one before and after)",
    shown(
      "confirming an address: a code is too old after ten minutes, a link after an hour",
      "a code > counts one step before and after its own, and no further",
    ),
  ),
  asks(
    "6.5.6",
    3,
    "what proves somebody can be taken off when it is lost or stolen",
    shown(
      "a second factor > is taken off by an administrator: its owner is signed out, told, and signs in with one",
      "a passkey > is renamed and removed after a proof, with a mail and an event each",
      "a new password that is required > leaves the old one wrong, leads whoever types it to choose another, and " +
        "mails a link",
    ),
  ),
  asks(
    "6.6.2",
    2,
    "a code or link is good for what it was asked for",
    shown(
      "F7 of two new addresses asked for at once one link works, for its own address only",
      "another address: a confirmation proves its own only: asked for twice, the first link is dead",
      `${bad}F8 a token that is too old, for something else, or of another make`,
    ),
  ),
  asks(
    "6.6.3",
    2,
    "codes cannot be guessed",
    shown(
      "confirming an address: five wrong codes end the code, and the link still works",
      "guessing > is counted for the account over all browsers and sign-ins, and never locks the owner's out",
      "F7 the six digits guessed a hundred times at once are worth nothing after five, even when the " +
        "limits are forgotten",
    ),
  ),
];

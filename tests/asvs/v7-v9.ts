import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const atOnce = "who is this? a session checked elsewhere is over with the sign-out, at once";
const signedOut = "signing out ends the session in the database and in the browser";
const otherInstance =
  "a session of another instance is nothing here; after a change of the secret people sign in again";
const otherKind = `${bad}F8 a token that is too old, for something else, or of another make`;
const nobody = `${bad}F11 an account page without a session`;
const oneDevice = "the devices page > one device can be signed out, or all others; somebody else's is left alone";
const proof = (path: string) =>
  `a fresh proof is asked for at ${path} after 15 minutes, and then what was asked is done`;

/** V7 sessions, V8 who may do what, V9 tokens that carry what they mean. */
export const v7v9 = [
  asks("7.1.1", 2, "how long sessions last, and why, is written", written("docs/security.md#lifetimes")),
  asks("7.1.2", 2, "how many sessions somebody may have is written", written("docs/security.md#lifetimes")),
  asks("7.1.3", 2, "who shares a session is written", written("docs/security.md#ways-in")),
  asks(
    "7.2.1",
    1,
    "the server decides whether a session is good",
    shown(
      atOnce,
      "the session cookie is nobody's with one bit of the signature flipped",
      `${bad}C13 a cookie that was good once`,
    ),
  ),
  asks(
    "7.2.2",
    1,
    "no fixed key takes a session's place",
    shown(`${bad}C2 a token that is not in the cookie, or not signed`),
  ),
  asks(
    "7.2.3",
    1,
    "tokens are random and long",
    shown("a session has a token of 190 bits from the system's own randomness, and no other has the same"),
  ),
  asks(
    "7.2.4",
    1,
    "each sign-in gives a new session and ends the old one",
    shown(
      "a session a sign-in ends the session this browser had, whoever's it was, and no other",
      "signing in: gives the browser a new session, so that a planted one is never adopted",
    ),
  ),
  asks("7.3.1", 2, "sessions that nobody uses end", shown("a session ends after seven days without use")),
  asks(
    "7.3.2",
    2,
    "sessions end, however much they are used",
    shown("a session ends after thirty days however much it is used, even where its row says otherwise"),
  ),
  asks(
    "7.4.1",
    1,
    "an ended session is good for nothing",
    shown(
      signedOut,
      atOnce,
      "signing out with the database gone says that it did not happen, and leaves the cookie",
      "F6 a session that ends by signing out is over for every tab, and no visit brings it back",
    ),
  ),
  asks(
    "7.4.2",
    1,
    "with the account all its sessions end",
    shown(
      "who is this? the session of a deleted person is nobody's",
      "deleting an account: closes it, tells the owner, and signing in within the week offers to keep it",
    ),
  ),
  asks(
    "7.4.3",
    2,
    "with another password the other sessions end",
    shown(
      "the password page: a new password ends the others, renews this session, and mails the owner",
      "the password page: the other devices stay when asked to",
      "a forgotten password: is replaced by the link: every session ends, and only the new one opens",
      "another address: signs the other devices out, and leaves the one that asked",
    ),
  ),
  asks("7.4.4", 2, "the way out is on every page", shown("a session can be left from every page of the account")),
  asks(
    "7.4.5",
    2,
    "whoever runs it can end anybody's sessions",
    shown(
      "bun run end-sessions > signs one person out, or everybody, on a server while the program runs",
      "bun run end-sessions > does so on the embedded database while the program does not run, and is " +
        "refused while it does",
    ),
  ),
  asks(
    "7.5.1",
    2,
    "a fresh proof before what opens the account is changed (it may be 15 minutes old)",
    shown(
      proof("/account/email"),
      "the password page: a wrong password, the same again, and what sign-up refuses change nothing",
    ),
  ),
  asks(
    "7.5.2",
    2,
    "people see their sessions, and end them with a fresh proof",
    shown(
      "the devices page > names each device, marks this one, and holds no token",
      oneDevice,
      proof("/account/sessions"),
    ),
  ),
  asks("7.5.3", 3, "a fresh proof before anything grave", shown(proof("/account/delete"), proof("/account/export"))),
  asks("7.6.1", 2, "a session ends for those who share it as written", shown(atOnce)),
  asks(
    "7.6.2",
    2,
    "nobody is signed in without having asked",
    shown(
      "confirming an address: the six digits confirm it, however spaced, and lead on where one was going",
      "a forgotten password: opening the link changes nothing, however often a scanner does it",
    ),
  ),
  asks("8.1.1", 1, "who may do what is written", written("docs/security.md#who-may-do-what")),
  asks("8.1.2", 2, "who may read and change which field is written", written("docs/security.md#who-may-do-what")),
  asks(
    "8.2.1",
    1,
    "what needs a session is not done without",
    shown(nobody, "the account page sends a stranger to sign in, and back"),
  ),
  asks(
    "8.2.2",
    1,
    "nobody reaches what is somebody else's",
    shown(
      `${bad}F10 an id that is somebody else's, or no id`,
      oneDevice,
      "activity: shows the owner's sign-ins, refusals and changes, and nobody else's",
    ),
  ),
  asks(
    "8.2.3",
    2,
    "nobody reads or sets a field that is not theirs",
    shown(
      "over several requests: > B10 nobody sets what is not theirs to set",
      "Better Auth's API: lets nobody set what is not theirs to set",
      "what programs are told > is these fields and no others, of nobody but the one who asks",
    ),
  ),
  asks(
    "8.3.1",
    1,
    "the server decides, not the page",
    shown(nobody, `${bad}F10 an id that is somebody else's, or no id`),
  ),
  asks(
    "8.3.2",
    3,
    "what changes about somebody's rights is so at once",
    shown("who is this? the session of a deleted person is nobody's", atOnce),
  ),
  asks(
    "9.1.1",
    1,
    "a signature is checked before what it signs is used",
    shown(
      "the session cookie is nobody's with one bit of the signature flipped",
      "the session cookie is nobody's with another token with this signature",
      "a warning by mail > comes for a browser that was not seen before, and for no other",
    ),
  ),
  asks(
    "9.1.2",
    1,
    "one algorithm, and never none",
    shown(otherKind, "the session cookie is nobody's with an empty signature"),
  ),
  asks(
    "9.1.3",
    1,
    "no key that a token brings along",
    shown(otherKind, "the session cookie is nobody's with the signature of another secret"),
  ),
  asks(
    "9.2.1",
    1,
    "not before its time, nor after",
    shown(
      "who is this? an expired session is nobody's, to the second",
      "a forgotten password: a link is too old after an hour",
    ),
  ),
  asks(
    "9.2.2",
    2,
    "a token is good for one purpose",
    shown(
      otherKind,
      "each purpose > has a key of its own, of 256 bits, and what is made for one is nothing to another",
    ),
  ),
  asks("9.2.3", 2, "a token is good at one place", shown(otherInstance)),
  asks(
    "9.2.4",
    2,
    "where many are served, a token names its own",
    shown(
      "each purpose > has a key of its own, of 256 bits, and what is made for one is nothing to another",
      otherInstance,
    ),
  ),
];

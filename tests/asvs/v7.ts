import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const atOnce = "who is this? a session checked elsewhere is over with the sign-out, at once";
const signedOut = "signing out ends the session in the database and in the browser";
const oneDevice = "the devices page > one device can be signed out, or all others; somebody else's is left alone";
const freshAct = "an act > needs a fresh proof, and is done once it is given";
const proof = (path: string) =>
  `a fresh proof is asked for at ${path} after 15 minutes, and then what was asked is done`;

/** V7 sessions. */
export const v7 = [
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
      "a suspension > ends every session, is told by mail, and stands in an event with who and why",
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
      "somebody is signed out everywhere, and told",
      freshAct,
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
  asks(
    "7.5.3",
    3,
    "a fresh proof before anything grave",
    shown(proof("/account/delete"), proof("/account/export"), freshAct),
  ),
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
];

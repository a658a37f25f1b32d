import { asks, operators, shown, written } from "./requirement";

const logTells = "the log never holds a password, token, cookie, hash or address book, also while the database fails";
const oneLine = "the log is one line of JSON per event, whatever people type";
const saysNothing = "every answer in production is kept by no cache, and tells no version, program, statement or place";
const happened = "each thing that happens to an account > is kept: when, what, how it ended, whose, and from where";
const outbound = "the source > talks to its database, its mail server and the receiver of webhooks, and to nobody else";
const gone = "Better Auth's API: with the database gone knows nothing, rather than saying signed out";
const acted = "an act > needs a reason, is seen by the person, and tells them by mail";
const imported = "entries by which anybody came are an event: of which format, how many, and by whom";
const factorOff =
  "a second factor > is taken off by an administrator: its owner is signed out, told, and signs in with one";

/** V16 logging and error handling. */
export const v16 = [
  asks("16.1.1", 2, "what is logged, and where, is written", written("docs/log.md#the-log")),
  asks("16.2.1", 2, "who, what, when, where", shown(happened, oneLine, acted, imported)),
  asks(
    "16.2.2",
    2,
    "times are in UTC",
    shown("the lines of the log > say when in UTC, and every refusal is one of them"),
  ),
  asks(
    "16.2.3",
    2,
    "logs go where it is written, and nowhere else",
    shown("the house > the console is written to only where it should be", outbound),
  ),
  asks("16.2.4", 2, "a machine can read the log", shown(oneLine)),
  asks(
    "16.2.5",
    2,
    "no secret in the log",
    shown(logTells, "the log drops facts named like secrets and cuts long ones"),
  ),
  asks(
    "16.3.1",
    2,
    "every sign-in and every refusal is kept",
    shown(happened, "activity: shows the owner's sign-ins, refusals and changes, and nobody else's", factorOff),
  ),
  asks(
    "16.3.2",
    2,
    "every reach for what is not one's own is logged",
    shown(
      "a reach for what is not one's own is a line of the log > somebody else's session, and one that is nobody's",
      "a reach for what is not one's own is a line of the log > somebody else's passkey, seen or changed",
      "a reach for what is not one's own is a line of the log > and what needs a fresh proof, without one",
      "what a role does not allow is a line of the log: who reached for it, and where",
    ),
  ),
  asks(
    "16.3.3",
    2,
    "attempts to get around a defence are logged",
    shown(
      "the lines of the log > say when in UTC, and every refusal is one of them",
      "the forms > drop a return_to that leads elsewhere without a word to the visitor, and log it",
      "guessing: being turned away is one event, however often it happens",
    ),
  ),
  asks(
    "16.3.4",
    2,
    "errors are logged",
    shown(logTells, "D1 the database is down at the start: the program lives, says so, and serves when it comes"),
  ),
  asks("16.4.1", 2, "nobody writes a line of their own into the log", shown(oneLine)),
  asks("16.4.2", 2, "logs are kept from others", operators("docs/operate.md#the-log-kept")),
  asks("16.4.3", 2, "logs go to another machine", operators("docs/operate.md#the-log-kept")),
  asks(
    "16.5.1",
    2,
    "errors are told in general words",
    shown(saysNothing, "the program > answers raw nonsense on the wire without falling over"),
  ),
  asks(
    "16.5.2",
    2,
    "when others fail, what is said is still true",
    shown(
      gone,
      "signing in: with the database gone keeps the form and promises nothing",
      "D6 the database has become read-only: session checks go on, writes are told to try again",
    ),
  ),
  asks(
    "16.5.3",
    2,
    "a failure opens no door",
    shown(
      gone,
      "signing out with the database gone says that it did not happen, and leaves the cookie",
      "over several requests: > F11 with the database gone nobody is signed out or in",
      "the session API keeps its contract > unavailable",
    ),
  ),
];

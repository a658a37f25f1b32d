import { asks, open, operators, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const logTells = "the log never holds a password, token, cookie, hash or address book, also while the database fails";
const oneLine = "the log is one line of JSON per event, whatever people type";
const saysNothing = "every answer in production is kept by no cache, and tells no version, program, statement or place";
const kept = "in a browser > nothing is kept but the cookies, which no script can read, and nobody else is asked";
const happened = "each thing that happens to an account > is kept: when, what, how it ended, whose, and from where";
const keepsHouse = "housekeeping removes what has expired, in batches, and nothing else";
const outbound = "the source > talks to its database and its mail server, and to nobody else";
const gone = "Better Auth's API: with the database gone knows nothing, rather than saying signed out";

/** V14 data, V15 how it is built, V16 the log and errors. */
export const v14v16 = [
  asks("14.1.1", 2, "which data there are, and how sensitive, is written", written("docs/security.md#data")),
  asks("14.1.2", 2, "how each is protected is written", written("docs/security.md#data")),
  asks(
    "14.2.1",
    1,
    "no password and no session in an address (a mail's link is good once)",
    shown(
      logTells,
      `${bad}B3 one thing said twice`,
      "a forgotten password: a link works once, and a newer one ends it",
    ),
  ),
  asks("14.2.2", 2, "no cache on the way keeps anybody's data", shown(saysNothing, `${bad}F18 wishes of a cache`)),
  asks(
    "14.2.3",
    2,
    "no data to third parties",
    shown(kept, "in production, a page has links, forms and files of this host alone", outbound),
  ),
  asks(
    "14.2.4",
    2,
    "data are protected as written",
    shown(
      keepsHouse,
      "guessing: the table names nobody",
      "confirming an address: no row holds what would open an account, tokens and codes only as hashes",
      "deleting an account: after the week it is gone with all that is its, and the address is free",
    ),
  ),
  asks("14.2.5", 3, "no cache can be tricked into keeping a page", shown(`${bad}P2 a page that looks like a file`)),
  asks(
    "14.2.6",
    3,
    "no more is told than is needed",
    shown(
      "the session API keeps its contract > signed-in",
      "who is this? the answer holds no token, and asking changes no row",
    ),
  ),
  asks("14.2.7", 3, "data go when their time is over", shown(keepsHouse)),
  asks(
    "14.3.1",
    1,
    "signing out clears what the browser kept",
    shown(
      "signing out > tells the browser to forget what it kept of the account",
      "in a browser > the back button after signing out shows nothing of the account",
    ),
  ),
  asks("14.3.2", 2, "no-store on what is somebody's", shown(saysNothing)),
  asks("14.3.3", 2, "nothing of somebody's in the browser's storage", shown(kept)),
  asks("15.1.1", 1, "how soon a weak dependency is replaced is written", written("docs/security.md#dependencies")),
  asks(
    "15.1.2",
    2,
    "there is a bill of materials",
    shown("what it is built from > is written down as a bill of materials, with every package of the lockfile"),
  ),
  asks("15.1.3", 2, "what costs much, and its defence, is written", written("docs/security.md#what-costs-much")),
  asks("15.1.4", 3, "which parts are risky is written", written("docs/security.md#dependencies")),
  asks(
    "15.2.1",
    1,
    "no dependency is weak for longer than written",
    shown("what it is built from > is no older than the versions that mend a known weakness"),
  ),
  asks(
    "15.2.2",
    2,
    "what costs much is defended",
    shown(
      "a flood of sign-ins > is turned away with a word and a time, before it costs a query, and everybody else is served",
      "a flood of sign-ups > holds no transaction while it hashes: nobody waits for a connection because of a hash",
      "a forgotten password: a thousand requests are three mails an hour; the fourth is told to wait",
    ),
  ),
  asks(
    "15.2.3",
    2,
    "nothing of the tests is in production",
    shown(
      "the house > each room reaches only for what it may",
      "in production, what is no page of ours is not found: no source, no folder, no file, no console",
    ),
  ),
  asks(
    "15.2.4",
    3,
    "dependencies are those that were meant",
    shown(
      "what it is built from > is the registry's packages alone, each held by its SHA-512",
      "what it is built from > names exact versions only",
    ),
  ),
  asks(
    "15.3.1",
    1,
    "answers have the fields that are needed",
    shown(
      "what programs are told > is these fields and no others, of nobody but the one who asks",
      "the session API keeps its contract > signed-in",
    ),
  ),
  asks("15.3.2", 2, "calls to others follow no redirect", shown(outbound)),
  asks(
    "15.3.3",
    2,
    "nobody sets a field by adding it",
    shown(
      "over several requests: > B10 nobody sets what is not theirs to set",
      "Better Auth's API: lets nobody set what is not theirs to set",
    ),
  ),
  asks(
    "15.3.4",
    2,
    "the client's address is the true one",
    shown(
      "the client is the peer, whatever it claims, unless the peer is a proxy of ours",
      "over several requests: > H4 a client has one count, whatever it calls itself",
      "guessing: an IPv6 client is its /64, however it is written; a made-up /64 of one /48 is counted too",
    ),
  ),
  asks("15.3.5", 2, "a value has the type that is expected", shown(`${bad}B2 a field that is no text`)),
  asks(
    "15.3.6",
    2,
    "no object's prototype can be changed",
    shown(
      `${bad}B4 keys that objects have already`,
      'fields that are not what they should be > "__proto__=1&constructor=2&hasOwnProperty" → /sign-up',
    ),
  ),
  asks(
    "15.3.7",
    2,
    "a parameter given twice is refused",
    shown(`${bad}B3 one thing said twice`, "something that is no form > a field given twice → /sign-in"),
  ),
  asks(
    "15.4.2",
    3,
    "what is checked is still so when it is done",
    shown(
      "a link for a new password > F2 used by twenty at once works for one, whose password it is",
      "F4 changing the password ten times at once, from ten devices that all know the current one, works for one",
      "F5 changing the password > leaves nobody signed in who signed in with the old one meanwhile",
    ),
  ),
  asks(
    "15.4.3",
    3,
    "nobody waits for ever",
    shown("the database > D3 has a locked table: writes are told to try again, and session checks go on"),
  ),
  asks(
    "15.4.4",
    3,
    "nobody starves",
    shown(
      "a flood of sign-ins > is turned away with a word and a time, before it costs a query, and everybody else is served",
      "the database > D5 has no connection to give: session checks have theirs, others are told to try again",
    ),
  ),
  asks("16.1.1", 2, "what is logged, and where, is written", written("docs/log.md#the-log")),
  asks("16.2.1", 2, "who, what, when, where", shown(happened, oneLine)),
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
    shown(happened, "activity: shows the owner's sign-ins, refusals and changes, and nobody else's"),
  ),
  asks(
    "16.3.2",
    2,
    "every reach for what is not one's own is logged",
    open(
      "a 403 is a line with its path and no person, a 401 of the session API is none, and a foreign id does nothing without a word",
    ),
  ),
  asks(
    "16.3.3",
    2,
    "attempts to get around a defence are logged",
    shown(
      "the lines of the log > say when in UTC, and every refusal is one of them",
      "fields that are not what they should be > a return_to that leads elsewhere is dropped without a word to the visitor, and noted",
      "guessing: being turned away is one event, however often it happens",
    ),
  ),
  asks(
    "16.3.4",
    2,
    "errors are logged",
    shown(logTells, "the database > D1 is down at the start: the program lives, says so, and serves when it comes"),
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
      "the database > D6 has become read-only: session checks go on, writes are told to try again",
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

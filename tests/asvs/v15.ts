import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const outbound = "the source > talks to its database, its mail server and the receiver of webhooks, and to nobody else";

/** V15 secure coding and architecture. */
export const v15 = [
  asks("15.1.1", 1, "how soon a weak dependency is replaced is written", written("docs/security.md#dependencies")),
  asks(
    "15.1.2",
    2,
    "there is a bill of materials",
    shown("what it is built from > is written down as a bill of materials, with all that its packages need"),
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
      "a flood of sign-ins > is turned away with a word and a time, before it costs a query, and everybody " +
        "else is served",
      "a flood of sign-ups > holds no transaction while it hashes: nobody waits for a connection because of a hash",
      "a forgotten password: a thousand requests are three mails an hour; the fourth is told to wait",
      "a hash that would take 60 GiB, or years, is a wrong password at the usual price, and allocates nothing",
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
  asks("15.3.2", 2, "calls to others follow no redirect", shown(outbound, "a webhook > follows no redirect")),
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
  asks("15.3.6", 2, "no object's prototype can be changed", shown(`${bad}B4 keys that objects have already`)),
  asks("15.3.7", 2, "a parameter given twice is refused", shown(`${bad}B3 one thing said twice`)),
  asks(
    "15.4.2",
    3,
    "what is checked is still so when it is done",
    shown(
      "F2 a link for a new password used by twenty at once works for one, whose password it is",
      "F4 changing the password ten times at once, from ten devices that all know the current one, works for one",
      "F5 changing the password leaves nobody signed in who signed in with the old one meanwhile",
    ),
  ),
  asks(
    "15.4.3",
    3,
    "nobody waits for ever",
    shown("D3 the database has a locked table: writes are told to try again, and session checks go on"),
  ),
  asks(
    "15.4.4",
    3,
    "nobody starves",
    shown(
      "a flood of sign-ins > is turned away with a word and a time, before it costs a query, and everybody " +
        "else is served",
      "D5 no connection is free: session checks have theirs, others are told to try again",
    ),
  ),
];

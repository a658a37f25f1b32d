import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const logTells = "the log never holds a password, token, cookie, hash or address book, also while the database fails";
const saysNothing = "every answer in production is kept by no cache, and tells no version, program, statement or place";
const kept = "in a browser nothing is kept but the cookies, which no script can read, and nobody else is asked";
const keepsHouse = "housekeeping removes what has expired, in batches, and nothing else";
const outbound = "the source > talks to its database, its mail server and the receiver of webhooks, and to nobody else";
const exported =
  "what is kept of somebody > is given to an administrator as a file that no cache keeps, and is an event";

/** V14 data protection. */
export const v14 = [
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
      "in a browser the back button after signing out shows nothing of the account",
    ),
  ),
  asks("14.3.2", 2, "no-store on what is somebody's", shown(saysNothing, exported)),
  asks("14.3.3", 2, "nothing of somebody's in the browser's storage", shown(kept)),
];

import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const scenario = "over several requests: > ";

/** V2 validation and business logic. */
export const v2 = [
  asks("2.1.1", 1, "the rule of each field is written", written("docs/security.md#fields")),
  asks("2.1.2", 2, "the rules between fields are written", written("docs/security.md#fields")),
  asks("2.1.3", 2, "the limits are written", written("docs/security.md#limits")),
  asks(
    "2.2.1",
    1,
    "input has the form that is expected",
    shown(
      `${bad}B1 a body that says nothing`,
      `${bad}B2 a field that is no text`,
      `${bad}E10 a token that never was`,
      "Better Auth's API: holds names, addresses, passwords and pictures to the same rules as the pages",
    ),
  ),
  asks(
    "2.2.2",
    1,
    "the server checks, whatever the browser did",
    shown(
      `${bad}E6 a name that is none, too long, or more than a line`,
      `${bad}E7 a password too short, too long, or tried first by anybody`,
      `${scenario}E4 an address is taken at every door or at none`,
    ),
  ),
  asks(
    "2.2.3",
    2,
    "fields that belong together agree",
    shown(
      "the password page: a wrong password, the same again, and what sign-up refuses change nothing",
      "another address: refuses the address one has, and what is none",
    ),
  ),
  asks(
    "2.3.1",
    1,
    "no step can be left out",
    shown(
      `${bad}E10 a token that never was`,
      `${bad}F8 a token that is too old, for something else, or of another make`,
      "another address: becomes the address only when it has confirmed, by the button",
    ),
  ),
  asks(
    "2.3.2",
    2,
    "the written limits hold",
    shown(
      "guessing: ten guesses an hour is the most, and the waits grow",
      "a forgotten password: a thousand requests are three mails an hour; the fourth is told to wait",
      "a session the oldest goes when a person has more than fifty",
    ),
  ),
  asks(
    "2.3.3",
    2,
    "all of an action happens, or nothing",
    shown(
      "signing up: leaves no half account behind when the second row cannot be written",
      "kill -9 during sign-ups, embedded: nothing acknowledged is lost, nobody is stuck, no second process gets in",
      "kill -9 during sign-ups, Postgres: nothing acknowledged is lost, nobody is stuck",
    ),
  ),
  asks(
    "2.3.4",
    2,
    "what there is once is given once",
    shown(
      "F2 a link for a new password used by twenty at once works for one, whose password it is",
      "F4 changing the password ten times at once, from ten devices that all know the current one, works for one",
      "F7 the six digits used by twenty at once confirm once",
    ),
  ),
  asks(
    "2.4.1",
    2,
    "robots are slowed down",
    shown(
      "guessing: a hundred guesses at one account from a hundred addresses are five",
      "guessing: one address trying one password at many accounts is held up after twenty",
      "a flood of sign-ins > is turned away with a word and a time, before it costs a query, and everybody " +
        "else is served",
    ),
  ),
];

import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const anyLength = "signing up: takes every password from 8 to 128 characters, counted as people count";
const refusedAnew = "the password page: a wrong password, the same again, and what sign-up refuses change nothing";
const refusedByLink = "a forgotten password: a refused password keeps the link, and says why";
const unseen = "a password is typed unseen, and may be pasted or filled in, in each form that asks for one";

/** V6 authentication. */
export const v6 = [
  asks(
    "6.1.1",
    1,
    "how guessing is held up, and that it locks nobody out, is written",
    written("docs/security.md#limits"),
  ),
  asks("6.1.2", 2, "which words no password may be made of is written", written("docs/security.md#fields")),
  asks("6.1.3", 2, "every way in and how strong it is are written", written("docs/security.md#ways-in")),
  asks(
    "6.2.1",
    1,
    "eight characters at least",
    shown("signing up: refuses a password of 7 characters, next to the field, and makes no account", anyLength),
  ),
  asks(
    "6.2.2",
    1,
    "a password can be changed",
    shown(
      "the password page: a new password ends the others, renews this session, and mails the owner",
      "with JavaScript off: an address and a password are changed, and another device is signed out",
    ),
  ),
  asks("6.2.3", 1, "changing asks for the current one", shown(refusedAnew)),
  asks(
    "6.2.4",
    1,
    "the 3,000 commonest are refused",
    shown(
      "a password is refused when it is one of the 3,000 leaked most often, at all three doors",
      "signing up: refuses a common password, next to the field, and makes no account",
      refusedAnew,
      refusedByLink,
      "choosing a password > at sign-up refuses what is easy to guess, and says why",
      "choosing a password > through Better Auth's API refuses what is easy to guess, and says why",
      "choosing a password > with a link refuses what is easy to guess, and says why",
      "choosing a password > in the account refuses what is easy to guess, and says why",
    ),
  ),
  asks("6.2.5", 1, "any characters will do", shown("a password may be made of whatever characters somebody likes")),
  asks("6.2.6", 1, "typed unseen", shown(unseen)),
  asks(
    "6.2.7",
    1,
    "pasting and password managers work",
    shown(unseen, "the password page: password managers find it at the well-known address"),
  ),
  asks(
    "6.2.8",
    1,
    "checked exactly as it was typed",
    shown("passwords are equal only byte for byte", `${bad}E8 nearly the password`),
  ),
  asks("6.2.9", 2, "64 characters and more are taken", shown(anyLength)),
  asks(
    "6.2.10",
    2,
    "no password grows too old",
    shown("a password never grows too old: after three years it opens the door, and nobody asks for another"),
  ),
  asks(
    "6.2.11",
    2,
    "nobody's own words, nor the product's",
    shown(
      "signing up: refuses the own address as password, next to the field, and makes no account",
      "signing up: refuses the own name as password, next to the field, and makes no account",
      "signing up: refuses the product's name as password, next to the field, and makes no account",
      "the strength of what is typed > knows the name of whoever is signed in, which the form does not ask for",
    ),
  ),
  asks(
    "6.2.12",
    2,
    "passwords of known leaks are refused, at sign-up and at each change",
    shown(
      "a password is refused when it is one of the 3,000 leaked most often, at all three doors",
      refusedAnew,
      refusedByLink,
    ),
  ),
  asks(
    "6.3.1",
    1,
    "guessing is held up as written",
    shown(
      "guessing: a hundred guesses at one account from a hundred addresses are five",
      "guessing: a stranger's guesses never lock the owner out of a device they know",
      "the limits let five of fifty wrong passwords through, and the owner in at once where they have been before",
    ),
  ),
  asks(
    "6.3.2",
    1,
    "no account comes with the program",
    shown(
      "a new database > has nobody in it: no account comes with the program",
      "where nobody is named, nobody becomes an administrator by coming first",
    ),
  ),
  asks(
    "6.3.3",
    2,
    "a second factor (whoever wants it, or everybody: a setting)",
    shown(
      "the second step > is asked for after the password, and leaves no trace of a sign-in before it was passed",
      "every way in > asks for the second factor: /sign-in/email",
      "every way in > of the table of endpoints is known here, with how it asks for the second factor",
      "where a second factor is required > whoever has none is led to set it up, and reaches nothing else before",
      "a passkey beside an app > signs in by itself: it is two factors, and no code is asked for",
      "an act > needs both factors of whoever has a passkey: the password alone, however fresh, is not enough",
    ),
  ),
  asks(
    "6.3.4",
    2,
    "no way in that is not written",
    shown("Better Auth's API: serves nothing but what a program needs", "the tables > have every route that is served"),
  ),
  asks(
    "6.3.5",
    3,
    "people are told of what looks wrong",
    shown("a warning by mail > comes for a browser that was not seen before, and for no other"),
  ),
  asks(
    "6.3.6",
    3,
    "a mail alone signs nobody in",
    shown("confirming an address: the six digits confirm it, however spaced, and lead on where one was going"),
  ),
  asks(
    "6.3.7",
    3,
    "people are told of a changed password or address",
    shown(
      "the password page: a new password ends the others, renews this session, and mails the owner",
      "another address: the old address is told, and can take the account back for a week",
    ),
  ),
  asks(
    "6.3.8",
    3,
    "nobody learns who has an account",
    shown(
      "a known and an unknown address, 25 pairs > look the same at /sign-in, and take the same time",
      "a known and an unknown address, 25 pairs > look the same at /sign-up, and take the same time",
      "a known and an unknown address, 25 pairs > look the same at /forgot-password, and take the same time",
    ),
  ),
];

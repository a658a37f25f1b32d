import { asks, operators, shown, written } from "./requirement";

const hashes = "the source > hashes with SHA-256 and argon2id alone";
const noCipher =
  "the source > has no cryptography of its own, one cipher in one place, and takes the runtime's from few";
const argon2id = "passwords are hashed with argon2id at OWASP's minimum, with a salt of their own";
const nothingElse = "in production, what is no page of ours is not found: no source, no folder, no file, no console";
const saysNothing = "every answer in production is kept by no cache, and tells no version, program, statement or place";
const production = "settings: in production are https, a secret and mail, or a decision against mail";
const tls = "docs/operate.md#encryption";

/** V11 cryptography, V12 encrypted connections, V13 how it is set up. */
export const v11v13 = [
  asks("11.1.1", 2, "how keys are made, kept and changed is written", written("docs/security.md#keys-and-secrets")),
  asks("11.1.2", 2, "what cryptography is used, and where, is written", written("docs/security.md#cryptography")),
  asks("11.2.1", 2, "no cryptography of our own", shown(noCipher)),
  asks(
    "11.2.2",
    2,
    "methods and keys can be replaced",
    shown(
      "Better Auth's API: an account made by Better Auth's own hash signs in, and gets one of ours",
      "a session of another instance is nothing here; after a change of the secret people sign in again",
      "a secret is rotated at two replicas, with nobody signed out and no answer of 5xx",
    ),
  ),
  asks(
    "11.2.3",
    2,
    "128 bits at least",
    shown(
      'settings: BETTER_AUTH_SECRET="short" stops the start, and is not repeated',
      "the program > refuses a damaged secret rather than signing with a known one",
      "each purpose > has a key of its own, of 256 bits, and what is made for one is nothing to another",
    ),
  ),
  asks(
    "11.2.5",
    3,
    "what cannot be decoded is refused without a word about it",
    shown(
      "Better Auth's API: a damaged hash is a wrong password",
      "each bad input is refused, everywhere: > C3 half a cookie",
    ),
  ),
  asks("11.3.1", 1, "no weak modes of ciphers", shown(noCipher)),
  asks("11.3.2", 1, "approved ciphers only", shown(noCipher)),
  asks("11.3.3", 2, "what is encrypted is authenticated", shown(noCipher)),
  asks("11.4.1", 1, "approved hashes only", shown(hashes)),
  asks(
    "11.4.2",
    2,
    "passwords are hashed slowly, as is advised today",
    shown(
      argon2id,
      "signing up: makes one account, with a password nobody can read",
      "the source > verifies what other programs hashed, in the hashing thread alone, and hashes nothing their way",
    ),
  ),
  asks("11.4.3", 2, "hashes are long enough", shown(hashes)),
  asks(
    "11.5.1",
    2,
    "what must not be guessed has 128 random bits",
    shown(
      "a session has a token of 190 bits from the system's own randomness, and no other has the same",
      "each purpose > has a key of its own, of 256 bits, and what is made for one is nothing to another",
      "the source > asks Math.random for the length of pauses only, never for a secret",
    ),
  ),
  asks("12.1.1", 1, "TLS 1.2 or 1.3", operators(tls)),
  asks("12.1.2", 2, "good cipher suites", operators(tls)),
  asks(
    "12.2.1",
    1,
    "nothing is served without TLS",
    shown(production, 'settings: BETTER_AUTH_URL="http://login.example.com" stops the start, and is not repeated'),
  ),
  asks("12.2.2", 1, "a certificate that browsers trust", operators(tls)),
  asks(
    "12.3.1",
    2,
    "connections inside are encrypted too, or are not made",
    shown(
      "a mail server elsewhere > without encryption is told nothing: no name, no password, no mail",
      "a database elsewhere > without TLS is told nothing: no name, no password",
      "settings: use TLS for every server but this machine, unless the address decides",
    ),
  ),
  asks(
    "12.3.2",
    2,
    "the other side's certificate is checked",
    shown(
      "a mail server elsewhere > with a certificate that nobody vouches for is told nothing either",
      "a database elsewhere > with a certificate that nobody vouches for is told nothing: no name, no password",
    ),
  ),
  asks("12.3.3", 2, "TLS between the services of one house", operators(tls)),
  asks("12.3.4", 2, "certificates inside come from one's own authority", operators(tls)),
  asks("13.1.1", 2, "who talks to whom is written", written("docs/security.md#connections")),
  asks(
    "13.1.2",
    3,
    "how many connections there are, and what happens at the limit, is written",
    written("docs/security.md#connections"),
  ),
  asks(
    "13.1.3",
    3,
    "how long is waited, and how often tried again, is written",
    written("docs/security.md#connections"),
  ),
  asks("13.1.4", 3, "secrets and how they are changed are written", written("docs/security.md#keys-and-secrets")),
  asks("13.2.1", 2, "services prove to each other who they are", operators("docs/operate.md#postgres")),
  asks(
    "13.2.2",
    2,
    "the database's role may do no more than it must",
    shown("a role for serving > needs no right but to read and write rows: another one migrates"),
  ),
  asks("13.2.3", 2, "no default passwords between services", operators("docs/operate.md#secrets")),
  asks(
    "13.2.4",
    2,
    "the program talks to those on a list",
    shown("the source > talks to its database, its mail server and the receiver of webhooks, and to nobody else"),
  ),
  asks("13.2.5", 2, "and so does its server", operators("docs/operate.md#encryption")),
  asks(
    "13.2.6",
    3,
    "connections behave as written",
    shown(
      "D5 no connection is free: session checks have theirs, others are told to try again",
      "the database is far away and slow: every answer comes within two seconds, whatever it is",
    ),
  ),
  asks("13.3.1", 2, "secrets are kept where secrets are kept, never in the code", operators("docs/operate.md#secrets")),
  asks(
    "13.3.2",
    2,
    "secrets are read by those who must",
    shown(
      "the program > keeps accounts and sessions over a restart, and its secret for its owner alone",
      "the embedded database keeps what was committed, for its owner alone, and names its engine",
      "a start that cannot work is refused with one line that names the setting, and no secret",
      "the source > holds no key, no password and no address of a machine to log in to",
    ),
  ),
  asks("13.4.1", 1, "no history of the source is served", shown(nothingElse)),
  asks("13.4.2", 2, "nothing for debugging in production", shown(saysNothing, nothingElse)),
  asks("13.4.3", 2, "no list of a folder", shown(nothingElse)),
  asks("13.4.4", 2, "no TRACE", shown("the program > answers raw nonsense on the wire without falling over")),
  asks(
    "13.4.5",
    2,
    "no pages for developers or monitors but those that are written",
    shown(nothingElse, "Better Auth's API: serves nothing but what a program needs"),
  ),
  asks("13.4.6", 3, "no version is told", shown(saysNothing)),
  asks("13.4.7", 3, "no file but those that pages need", shown(nothingElse)),
];

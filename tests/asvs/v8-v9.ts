import { asks, open, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const atOnce = "who is this? a session checked elsewhere is over with the sign-out, at once";
const otherKind = `${bad}F8 a token that is too old, for something else, or of another make`;
const nobody = `${bad}F11 an account page without a session`;
const oneDevice = "the devices page > one device can be signed out, or all others; somebody else's is left alone";
const otherInstance =
  "a session of another instance is nothing here; after a change of the secret people sign in again";
const noRole =
  "whoever has no role > is asked to sign in, or finds nothing where the administration is, and no link to it";
const byRole = "a role > decides what its holder may do, and to whom";

/** V8 who may do what, V9 tokens that carry what they mean. */
export const v8v9 = [
  asks("8.1.1", 1, "who may do what is written", written("docs/security.md#who-may-do-what")),
  asks("8.1.2", 2, "who may read and change which field is written", written("docs/security.md#who-may-do-what")),
  asks(
    "8.1.3",
    3,
    "what else decides, such as place or device, is written",
    written("docs/security.md#who-may-do-what"),
  ),
  asks("8.1.4", 3, "what follows from each of these is written", written("docs/security.md#who-may-do-what")),
  asks(
    "8.2.1",
    1,
    "what needs a session is not done without",
    shown(nobody, "the account page sends a stranger to sign in, and back", noRole),
  ),
  asks(
    "8.2.2",
    1,
    "nobody reaches what is somebody else's",
    shown(
      `${bad}F10 an id that is somebody else's, or no id`,
      oneDevice,
      "activity: shows the owner's sign-ins, refusals and changes, and nobody else's",
      "whoever has no role > can do nothing to anybody",
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
    "8.2.4",
    3,
    "what is asked follows from place, time and device, also while somebody is signed in",
    open("a new browser is told of by mail, and limits count by network address; nothing else of these decides"),
  ),
  asks(
    "8.3.1",
    1,
    "the server decides, not the page",
    shown(nobody, `${bad}F10 an id that is somebody else's, or no id`, byRole),
  ),
  asks(
    "8.3.2",
    3,
    "what changes about somebody's rights is so at once",
    shown(
      "who is this? the session of a deleted person is nobody's",
      atOnce,
      "an act > of somebody who lost the role, or is suspended, meanwhile does nothing",
      "a role > counts no more once its holder is suspended, or their session has ended",
    ),
  ),
  asks(
    "8.4.2",
    3,
    "the administration has several lines of defence, and judges device and risk all the time",
    open(
      "a session, a role, a fresh proof and, of whoever can, two factors are asked for at each act, whatever the " +
        "network; neither the device nor the risk of a request is judged",
    ),
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

import { asks, shown } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const scenario = "over several requests: > ";

/** V1 encoding and sanitisation. */
export const v1 = [
  asks(
    "1.1.1",
    2,
    "decode once, before checking",
    shown(
      "the session cookie is nobody's with encoded twice",
      `${bad}C4 percent signs`,
      `${bad}P1 another spelling of a path`,
    ),
  ),
  asks(
    "1.1.2",
    2,
    "escape where text is shown, not where it comes in",
    shown("the profile page shows markup in a name as the text it is, and gives it back unchanged"),
  ),
  asks(
    "1.2.1",
    1,
    "encode for the place: text, attribute, header",
    shown(
      "the forms > show markup in any field as the text it is",
      `${scenario}E6 a name stays text wherever it is shown`,
      "the views > canary: the scan finds a view that is known to be bad",
      "in a browser a name that is a script runs nowhere, and an element's takes nobody's place",
    ),
  ),
  asks(
    "1.2.2",
    1,
    "links with safe schemes only, and encoded",
    shown(
      "in production, a page has links, forms and files of this host alone",
      `${bad}B11 a picture's address that runs or leads elsewhere`,
      `${bad}R3 another scheme`,
    ),
  ),
  asks(
    "1.2.3",
    1,
    "nothing of a visitor's in scripts",
    shown(
      "the views > use none of the attributes that need eval, nor raw HTML, nor inline style",
      "the forms > show markup in any field as the text it is",
    ),
  ),
  asks(
    "1.2.4",
    1,
    "statements with parameters only",
    shown(
      "the house > SQL is put together from text only where it should be",
      `${bad}F10 an id that is somebody else's, or no id`,
    ),
  ),
  asks(
    "1.2.5",
    1,
    "no commands of the system",
    shown("the source > starts no other program but itself, and makes no pattern out of text"),
  ),
  asks(
    "1.2.9",
    2,
    "no patterns made from input",
    shown("the source > starts no other program but itself, and makes no pattern out of text"),
  ),
  asks(
    "1.3.2",
    1,
    "no code made from text",
    shown(
      "the house > code is made from text only where it should be",
      "the views > use none of the attributes that need eval, nor raw HTML, nor inline style",
      "every answer in production is https for a year, in no frame, runs nothing foreign, and keeps its type",
    ),
  ),
  asks(
    "1.3.3",
    2,
    "trim and cut what goes to sensitive places",
    shown(
      `${bad}E5 an address too long`,
      `${bad}E6 a name that is none, too long, or more than a line`,
      "behind the edge no claim of a client arrives, only what we know of it ourselves",
    ),
  ),
  asks(
    "1.3.6",
    2,
    "no request to an address from outside",
    shown(
      "the source > talks to its database, its mail server and the receiver of webhooks, and to nobody else",
      "a webhook goes to no address of this machine or network, however it is written",
      "a webhook > does not go to a name that leads to 169.254.169.254, and nobody is connected to",
    ),
  ),
  asks(
    "1.3.7",
    2,
    "no templates made from input",
    shown(
      "the profile page shows markup in a name as the text it is, and gives it back unchanged",
      "the house > page answers are made only where it should be",
    ),
  ),
  asks(
    "1.3.10",
    2,
    "no format strings from input",
    shown(
      "the profile page shows markup in a name as the text it is, and gives it back unchanged",
      "the house > the console is written to only where it should be",
    ),
  ),
  asks(
    "1.3.11",
    2,
    "nothing typed becomes a mail's header or recipient",
    shown(
      "a mail does not carry the name that a stranger typed, and no header of theirs",
      "a mail goes to the one address it was asked for, whatever that is made of",
    ),
  ),
  asks(
    "1.3.12",
    3,
    "no pattern that takes for ever",
    shown(`${bad}E5 an address too long`, `${bad}E9 a password that grows when it is normalised`),
  ),
  asks(
    "1.4.2",
    2,
    "numbers within their range",
    shown(
      "activity: goes on to older events, and an address that is none of ours begins anew",
      `${bad}B12 a choice that is neither yes nor no`,
      `${bad}E10 digits that are none`,
    ),
  ),
  asks(
    "1.4.3",
    2,
    "what is taken is given back",
    shown(
      "passwords find a full house before the work begins, and a place again when somebody leaves",
      "D4 the database drops every packet: honest answers, no half-dead connection afterwards",
    ),
  ),
  asks(
    "1.5.2",
    2,
    "untrusted data makes data only",
    shown(`${bad}B4 keys that objects have already`, `${bad}B5 nesting without end`),
  ),
  asks(
    "1.5.3",
    3,
    "all parsers read the same",
    shown(
      `${bad}B3 one thing said twice`,
      `${bad}R4 a host that is something else`,
      "the program > answers raw nonsense on the wire without falling over",
    ),
  ),
];

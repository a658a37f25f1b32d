import { asks, shown, written } from "./requirement";

const bad = "each bad input is refused, everywhere: > ";
const guarded = "every answer in production is https for a year, in no frame, runs nothing foreign, and keeps its type";
const cookies = "each cookie > is this host's, sent over https to no other site, out of reach of scripts, and fits";
const sharedCookies = "each cookie > but the session's stays this host's when that one is shared";
const typed = "every answer in production says its type and charset, and has a body where it should";
const asset = "in production, an asset is the same for everybody, and no document, should somebody open it as one";
const callback = "in production, no answer becomes a script by asking: a callback is passed over";
const ownLinks = "in production, a page has links, forms and files of this host alone";

const madeAnew = "a picture is cut square, made anew, and served under an address that the session API tells";
const wrongPicture = (what: string) => `a picture that is ${what} is refused beside its field, and nothing changes`;

/** V3 the browser, V4 the API, V5 files. */
export const v3v5 = [
  asks("3.1.1", 3, "which of a browser's features we rely on is written", written("docs/security.md#browsers")),
  asks("3.2.1", 1, "no answer is taken for something else", shown(guarded, typed, callback)),
  asks(
    "3.2.2",
    1,
    "text is shown as text",
    shown(
      "the views > use none of the attributes that need eval, nor raw HTML, nor inline style",
      "the source > uses nothing that browsers have given up: plug-ins, applets, JSONP, messages between windows",
      "in a browser a name that is a script runs nowhere, and an element's takes nobody's place",
    ),
  ),
  asks(
    "3.2.3",
    3,
    "no element takes the place of a variable",
    shown("in a browser a name that is a script runs nowhere, and an element's takes nobody's place"),
  ),
  asks("3.3.1", 1, "cookies are Secure and have a prefix", shown(cookies, sharedCookies)),
  asks("3.3.2", 2, "cookies are SameSite as they are used", shown(cookies, sharedCookies)),
  asks("3.3.3", 2, "cookies are __Host- unless shared on purpose", shown(cookies, sharedCookies)),
  asks(
    "3.3.4",
    2,
    "session cookies are HttpOnly, and their value is said nowhere else",
    shown(
      cookies,
      "the token of a session > is in no answer of Better Auth's API: the same text stands in its place",
      "the devices page > names each device, marks this one, and holds no token",
    ),
  ),
  asks("3.3.5", 3, "a cookie fits into 4096 bytes", shown(cookies)),
  asks("3.4.1", 1, "HSTS for a year, on every answer", shown(guarded, asset)),
  asks(
    "3.4.2",
    1,
    "other origins may read what the list says",
    shown(
      "every answer in production is read by no other origin, the session by those on the list alone",
      "the session API keeps its contract > stranger-origin",
      "the session API keeps its contract > preflight-stranger-origin",
    ),
  ),
  asks("3.4.3", 2, "a content security policy on every answer", shown(guarded, asset)),
  asks("3.4.4", 2, "nosniff on every answer", shown(guarded, asset)),
  asks("3.4.5", 2, "addresses do not leak by Referer", shown(guarded)),
  asks(
    "3.4.6",
    2,
    "no answer is shown in a frame",
    shown(guarded, asset, "in a browser no page of ours is shown in a frame of another site"),
  ),
  asks("3.4.8", 3, "pages are cut off from their opener", shown(guarded)),
  asks(
    "3.5.1",
    1,
    "other sites cannot post in a visitor's name",
    shown(
      `${bad}H5 an Origin that is not ours`,
      `${bad}H6 a sign-in that another site sends`,
      `${bad}F17 a form of another site, with the victim's cookies`,
      "refused first, counted after: a form to the API, from elsewhere or from nowhere",
    ),
  ),
  asks(
    "3.5.2",
    1,
    "what needs a preflight cannot be had without one",
    shown("Better Auth's API: takes no other media type", `${bad}B8 another media type`),
  ),
  asks(
    "3.5.3",
    1,
    "reading changes nothing",
    shown(
      "a forgotten password: opening the link changes nothing, however often a scanner does it",
      "the tables > know a good request of each route, which is answered well and does something",
    ),
  ),
  asks(
    "3.5.4",
    2,
    "other applications live on other hosts",
    shown(cookies, "the edge turns away a host that is not ours, without repeating it"),
  ),
  asks(
    "3.5.5",
    2,
    "messages between windows are checked",
    shown(
      "the source > uses nothing that browsers have given up: plug-ins, applets, JSONP, messages between windows",
      "in a browser nothing is kept but the cookies, which no script can read, and nobody else is asked",
    ),
  ),
  asks("3.5.6", 3, "no JSONP", shown(callback)),
  asks("3.5.7", 3, "no script holds what is somebody's", shown(asset)),
  asks("3.5.8", 3, "other sites cannot embed what is somebody's", shown(guarded)),
  asks("3.6.1", 3, "no script or style of another host", shown(ownLinks)),
  asks(
    "3.7.1",
    2,
    "no technology that browsers gave up",
    shown("the source > uses nothing that browsers have given up: plug-ins, applets, JSONP, messages between windows"),
  ),
  asks(
    "3.7.2",
    2,
    "people are sent to hosts on the list only",
    shown(
      `${bad}R1 a host that looks like a path`,
      `${bad}R6 nearly the trusted host`,
      "return_to never leaves the list, whatever a browser makes of what we emit",
    ),
  ),
  asks(
    "3.7.5",
    3,
    "a browser that can less is served as written",
    shown(
      "with JavaScript off: a visitor signs up, signs in, changes the name and signs out",
      "the forms > take a post of an old browser with only a Referer, and of one that hides its origin",
    ),
  ),
  asks("4.1.1", 1, "each body says its type and charset", shown(typed)),
  asks(
    "4.1.2",
    2,
    "a program on plain http is not led to https",
    shown("in production, a program that comes by plain http is never sent on to https"),
  ),
  asks(
    "4.1.3",
    2,
    "a proxy's headers cannot be made up",
    shown(
      "behind the edge no claim of a client arrives, only what we know of it ourselves",
      "the client decides the limit: a made-up header buys no try, and the session has the true address",
      "over several requests: > H3 links in mails lead here, whatever a client claims to be",
    ),
  ),
  asks("4.1.4", 3, "no method but those that are used", shown(`${bad}H9 another method`)),
  asks(
    "4.2.1",
    2,
    "where a message ends is never in doubt",
    shown("the program > answers raw nonsense on the wire without falling over", "H8 a body whose end is not clear"),
  ),
  asks(
    "5.1.1",
    2,
    "which files are taken, how large, and what becomes of them, is written",
    written("docs/security.md#data"),
  ),
  asks("5.2.1", 1, "no file larger than can be dealt with", shown(wrongPicture("a file of 1.1 MB"))),
  asks(
    "5.2.2",
    1,
    "a file is what it says, by its content",
    shown(wrongPicture("an SVG"), wrongPicture("a page"), wrongPicture("half a PNG")),
  ),
  asks("5.2.6", 3, "no picture of more pixels than allowed", shown(wrongPicture("60,000 × 60,000 pixels"))),
  asks("5.3.1", 1, "a file runs nowhere when it is opened", shown(madeAnew)),
  asks(
    "5.3.2",
    1,
    "no file by a name from outside",
    shown(
      `${bad}P3 a path out of the house, or without end`,
      "the edge turns away no method it does not know, and no path that only looks like one",
    ),
  ),
];

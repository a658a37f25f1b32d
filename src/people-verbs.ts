import { NoAnswerNow, RefusedForNow } from "../db/refusal";
import type { Done } from "./process/acts";
import type { Verb } from "./run-verb";

/** The verbs about people: known by their names, so that the help loads no capability. */

const why = "--reason TEXT";
const email = ["EMAIL"];

/** Does what a verb of a capability does, on the open database. */
type Act = (name: string) => (...values: string[]) => Promise<Done>;

/** Is given a line for whoever typed the verb, which is no part of its answer. */
type Tell = (line: string) => void;

/** Each with the word for it, as `users suspend`; EMAIL may be a whole id, too. What is followed is asked by `ask`. */
export function verbsOfPeople(act: Act, ask = act, tell: Tell = () => undefined): readonly Verb[] {
  const verb: MakeVerb = (name, rest) => {
    const [group = "", ...words] = name.split(" ");
    return { ...rest, name, run: (...values) => act(group)(...words, ...values) };
  };
  return [
    ...verbsOfReading(verb),
    ...verbsOfExistence(verb),
    ...verbsOfAccess(verb),
    ...verbsOfHelp(verb),
    secondFactorOff(act),
    ...verbsOfRoles(verb),
    ...verbsOfWaits(verb),
    events(act, ask, tell),
  ];
}

/** A verb that is done by the act of its first word. */
type MakeVerb = (name: string, rest: Omit<Verb, "name" | "run">) => Verb;

function verbsOfReading(verb: MakeVerb): Verb[] {
  return [
    verb("users list", {
      arguments: [],
      options: [
        ...["--search TEXT", "--confirmed YES", "--suspended YES", "--second-factor YES", "--role ROLE"],
        ...["--since DATE", "--after PLACE", "--count NUMBER"],
      ],
      help: "lists people, the newest first; TEXT is how an address or a name begins, or a whole id; YES is yes or no",
    }),
    verb("users show", { arguments: email, help: "tells what helps to help one person, and nothing that opens" }),
    verb("users invitations", { arguments: [], help: "lists who is invited, and what came of it" }),
    verb("users export", {
      arguments: email,
      options: [why],
      help: "prints all that is kept about one person, as JSON",
    }),
  ];
}

function verbsOfExistence(verb: MakeVerb): Verb[] {
  return [
    verb("users add", {
      arguments: email,
      options: ["--name TEXT", "--language CODE", why],
      help: "makes an account, and mails a link to choose a password",
    }),
    verb("users invite", {
      arguments: email,
      options: ["--language CODE", why],
      help: "mails an invitation to make an account, which can be used once within seven days; sign-up may be closed",
    }),
    verb("users uninvite", { arguments: email, options: [why], help: "ends an invitation that waits" }),
    verb("users delete", {
      arguments: email,
      options: ["--now", why],
      help: "deletes an account in a week, unless its owner signs in and keeps it; --now at once",
    }),
  ];
}

function verbsOfAccess(verb: MakeVerb): Verb[] {
  return [
    verb("users suspend", {
      arguments: email,
      options: ["--until DATE", "--words TEXT", why],
      help: "keeps one person out by every way, at once; they are told the words after the right password",
    }),
    verb("users resume", { arguments: email, options: [why], help: "ends a suspension" }),
    verb("users sign-out", { arguments: email, options: [why], help: "signs one person out everywhere" }),
    verb("users require-new-password", {
      arguments: email,
      options: [why],
      help: "takes the password away, signs out everywhere, and mails a link to choose another one",
    }),
  ];
}

function verbsOfHelp(verb: MakeVerb): Verb[] {
  return [
    verb("users set-email", {
      arguments: ["EMAIL", "NEW"],
      options: ["--confirmed", why],
      help: "gives one person another address; the old one is warned, the new one asked, unless --confirmed",
    }),
    verb("users confirm", { arguments: email, options: [why], help: "confirms an address that you know to be theirs" }),
    verb("users resend", { arguments: email, options: [why], help: "mails another link to confirm the address" }),
    verb("users link", {
      arguments: email,
      options: [why],
      help: "mails a link to get back in, which can be used once within an hour; it is never printed",
    }),
  ];
}

/** The verb that there is for it, by another name. */
const secondFactorOff = (act: Act): Verb => ({
  name: "users second-factor",
  arguments: ["off", "EMAIL"],
  options: [why],
  help: "takes the second factor off, and signs out everywhere",
  run: act("second-factor"),
});

const verbsOfRoles = (verb: MakeVerb): Verb[] => [
  verb("admins add", {
    arguments: email,
    options: ["--role ROLE", why],
    help: "lets one person administer others; with `--role support` read, sign out and resend alone",
  }),
  verb("admins remove", { arguments: email, options: ["--role ROLE", why], help: "takes that back" }),
  verb("admins list", { arguments: [], help: "lists who may do what for others" }),
];

const verbsOfWaits = (verb: MakeVerb): Verb[] => [
  verb("held-up", {
    arguments: [],
    options: ["--of WHOM"],
    help: "lists who must wait before another try, of accounts and networks; WHOM is an email address or an IP",
  }),
  verb("let-go", {
    arguments: ["WHOM"],
    options: [why],
    help: "forgets how often somebody tried: an email address, or everybody at an IP",
  }),
];

const events = (act: Act, ask: Act, tell: Tell): Verb => ({
  name: "events",
  arguments: [],
  options: [
    ...["--person EMAIL", "--kind KIND", "--address IP", "--from DATE", "--to DATE", "--before ID", "--count NUMBER"],
    "--follow",
  ],
  help: "prints what happened, a line of JSON each, the newest first; --follow what happens from now on",
  async run(...values) {
    if (!values.includes("--follow")) return act("events")(...values);
    if (values.some((value) => /^--(from|to|before)=/.test(value)))
      throw new RefusedForNow("--follow tells what happens from now on: leave --from, --to and --before out.");
    const asked = values.filter((value) => value !== "--follow");
    return follow((...page) => ask("events")(...asked, ...page), tell);
  },
});

/** How often it is asked anew, in milliseconds. */
const pause = 2000;
/** How far back: a transaction that began before may end after. */
const overlapSeconds = 30;

/** Asks for events, with a page's options. */
type AskEvents = (...page: string[]) => Promise<Done>;

/**
 * What happens from now on, each event once. While nobody answers, as during a restart, it says so once, and asks on:
 * whoever reads along would else miss what follows. Rejects where nobody answers at first, as for any other verb.
 */
async function* follow(ask: AskEvents, tell: Tell): AsyncGenerator<string> {
  let askedAt = performance.now();
  let shown = new Set(await linesOfLate(ask, 2 * overlapSeconds)); // more than is looked back to from here on
  for (let isAnswered = true; ; ) {
    await Bun.sleep(pause);
    const began = performance.now();
    const sinceSeconds = Math.ceil((began - askedAt) / 1000);
    const lines = await linesOfLate(ask, overlapSeconds + sinceSeconds).catch((error) => {
      if (!(error instanceof NoAnswerNow)) throw error;
      if (isAnswered) tell(`${error.message} This verb goes on asking.`);
    });
    isAnswered = lines !== undefined;
    if (!lines) continue;
    yield* lines.filter((line) => !shown.has(line)).reverse();
    [shown, askedAt] = [new Set(lines), began];
  }
}

/** The most events that are given at a time. */
const mostEvents = 1000;

/**
 * All events of the last seconds, the newest first: as many pages as they fill, as in an attack. Which those are, the
 * clock of the database says: this machine's may be another.
 */
async function linesOfLate(ask: AskEvents, seconds: number): Promise<string[]> {
  const all: string[] = [];
  for (let before: string[] = []; ; ) {
    const { said } = await ask(`--count=${mostEvents}`, `--within=${seconds}`, ...before);
    const lines = said.split("\n").filter((line) => line !== "");
    all.push(...lines);
    const last = lines.at(-1);
    if (last === undefined || lines.length < mostEvents) return all;
    before = [`--before=${JSON.parse(last).id}`];
  }
}

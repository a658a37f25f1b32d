import { isIP } from "node:net";
import { counted } from "../../../db/counted";
import { RefusedForNow } from "../../../db/refusal";
import { operator } from "../../account/events";
import { listInvitations } from "../../account/invitations";
import { createOutbox } from "../../account/outbox";
import { wrongIn } from "../../guard/own-words";
import { wordsOf, type Language } from "../../http/language";
import { noSuchVerb, type Acts, type Done, type Given } from "../../process/acts";
import { answerOf, dateOf, endOf, numberOf, typedIn, type Typed } from "../../process/typed";
import type { Result } from "../../result";
import { heldUp, letGo } from "./held-up";
import { requireNewPassword, resume, sendLink, signOut, suspend } from "./people/access";
import type { Hands, Order } from "./people/act";
import { isRole, type Role } from "./roles";
import { confirm, resendConfirmation, setEmail } from "./people/address";
import { add, remove } from "./people/existence";
import { mostEvents, searchEvents } from "./people/events";
import { exportPerson } from "./people/export";
import { invite, uninvite } from "./people/invite";
import { listPeople, mostPeople } from "./people/list";
import { findPerson, personOf } from "./people/person";
import { giveRole, holders, takeRole } from "./people/roles";
import { linesOfPeople, linesOfPerson } from "./said";
import { words } from "./words";

/** What is typed, on top of the acts: an operator is asked for no role, and answered in English. */

/** A sub-verb: given what was typed behind it. */
type Sub = (library: Given, hands: Hands, typed: Typed) => Promise<Done | string>;

/** What an act that may be refused gives. Throws RefusedForNow with the words of the problem. */
async function orRefused<Value>(acting: Promise<Result<Value>>): Promise<Value> {
  const result = await acting;
  if (result.ok) return result.value;
  const all: Record<string, unknown> = { ...wordsOf("en").problems, ...words.en.problems };
  const said = all[result.problem];
  throw new RefusedForNow(typeof said === "string" ? said : result.problem);
}

/** The id of whom the first argument names. A slip is a failure, not "0 people". */
async function named({ database }: Given, { values: [who = ""] }: Typed): Promise<string> {
  const userId = await findPerson(database.orm, who);
  if (userId === undefined) throw new RefusedForNow(words.en.problems.person_gone);
  return userId;
}

/** What an operator orders, about whom the first argument names. */
const orderIn = async (library: Given, typed: Typed): Promise<Order> => ({
  userId: await named(library, typed),
  by: { actor: operator, reason: typed.options.reason ?? "" },
});

/** A sub-verb about one person, which is done and said in a sentence. */
const onPerson =
  <Value>(
    does: (hands: Hands, order: Order, typed: Typed) => Promise<Result<Value>>,
    say: (value: Value) => string,
  ): Sub =>
  async (library, hands, typed) => {
    const order = await orderIn(library, typed);
    const value = await orRefused(does(hands, order, typed));
    return { said: say(value), facts: { id: order.userId, ...value } };
  };

const users: Record<string, Sub> = {
  async list({ database, tables }, _hands, { options }) {
    const { search, after, role } = options;
    const wanted = {
      ...{ search, after, role: role === undefined ? undefined : roleOf(role) },
      ...{ isConfirmed: answerOf(options, "confirmed"), isSuspended: answerOf(options, "suspended") },
      ...{ hasSecondFactor: answerOf(options, "second-factor"), since: dateOf(options, "since") },
      count: numberOf(options, "count", mostPeople),
    };
    const { people, next } = await orRefused(listPeople({ orm: database.orm, tables }, wanted));
    return { said: linesOfPeople(people, next), facts: { people, next } };
  },
  async show(library, _hands, typed) {
    const person = await personOf(library, await named(library, typed));
    if (!person) throw new RefusedForNow(words.en.problems.person_gone);
    return { said: linesOfPerson(person), facts: { ...person } };
  },
  async add({ config }, hands, { values: [email = ""], options }) {
    const { name = email.split("@")[0] ?? "", reason = "" } = options;
    const person = { email, name, language: languageIn(options, config) };
    const { userId } = await orRefused(add(hands, { ...person, by: { actor: operator, reason } }));
    return { said: `The account is made, and a link to choose a password is on its way.`, facts: { id: userId } };
  },
  async invite({ config }, hands, { values: [email = ""], options }) {
    const { reason = "" } = options;
    const language = languageIn(options, config);
    const { id } = await orRefused(invite(hands, { email, language, by: { actor: operator, reason } }));
    return { said: "An invitation is on its way. It can be used once and expires in seven days.", facts: { id } };
  },
  async uninvite(_library, hands, { values: [email = ""], options }) {
    await orRefused(uninvite(hands, { email, by: { actor: operator, reason: options.reason ?? "" } }));
    return "The invitation works no longer.";
  },
  async invitations({ database }) {
    const found = await listInvitations(database.orm, { count: mostInvitations + 1 });
    const [invitations, areMore] = [found.slice(0, mostInvitations), found.length > mostInvitations];
    const lines = invitations.map(({ createdAt, email, state }) => `${createdAt.toISOString()}  ${email}  ${state}`);
    if (areMore) lines.push(`There are more: here are the newest ${mostInvitations}.`);
    return { said: lines.join("\n") || "Nobody is invited.", facts: { invitations, areMore } };
  },
  suspend: onPerson(
    (hands, order, { options }) => suspend(hands, { ...order, until: dateOf(options, "until"), words: options.words }),
    ({ sessions }) => `This person is suspended. ${counted(sessions, "session is", "sessions are")} ended.`,
  ),
  resume: onPerson(resume, ({ wasSuspended }) =>
    wasSuspended ? "This person is suspended no longer." : "This person was not suspended.",
  ),
  "sign-out": onPerson(signOut, ({ sessions }) => `${counted(sessions, "session is", "sessions are")} ended.`),
  "require-new-password": onPerson(
    requireNewPassword,
    () => "The password is gone, every session is ended, and a link to choose another password is on its way.",
  ),
  "set-email": onPerson(
    (hands, order, { values: [, email = ""], options }) =>
      setEmail(hands, { ...order, email, isConfirmed: options.confirmed !== undefined }),
    () => "The address is changed, and every session is ended.",
  ),
  confirm: onPerson(confirm, () => "The address is confirmed."),
  resend: onPerson(resendConfirmation, () => "A link to confirm the address is on its way."),
  link: onPerson(sendLink, () => "A link is on its way to this person. It can be used once and expires in an hour."),
  delete: onPerson(
    (hands, order, { options }) => remove(hands, { ...order, isNow: options.now !== undefined }),
    ({ dueAt }) =>
      dueAt.getTime() > Date.now()
        ? `The account is closed, and will be deleted at ${dueAt.toISOString()}, unless its owner keeps it.`
        : "The account is deleted.",
  ),
  async export(library, hands, typed) {
    const order = await orderIn(library, typed);
    let text = "";
    for await (const piece of await orRefused(exportPerson({ ...library, ...hands }, order))) text += piece;
    return { said: text.trimEnd(), facts: { data: JSON.parse(text) } };
  },
};

/** The language that was typed, of those that are offered; undefined where none was. */
function languageIn({ language }: Typed["options"], { languages }: Given["config"]): Language | undefined {
  const found = languages.find((code) => code === language);
  if (language !== undefined && !found) throw new RefusedForNow(`--language: write one of ${languages.join(", ")}.`);
  return found;
}

/** Whoever has more than this looks into the table. */
const mostInvitations = 1000;

function roleOf(text = "admin"): Role {
  if (isRole(text)) return text;
  throw new RefusedForNow(words.en.problems.role_unknown);
}

const admins: Record<string, Sub> = {
  add: onPerson(
    (hands, order, { options }) => giveRole(hands, { ...order, role: roleOf(options.role) }),
    ({ isNew }) => (isNew ? "This person has the role now." : "This person had the role already."),
  ),
  remove: onPerson(
    (hands, order, { options }) => takeRole(hands, { ...order, role: roleOf(options.role) }),
    ({ wasThere }) => (wasThere ? "This person has the role no longer." : "This person did not have the role."),
  ),
  async list({ database }) {
    const all = await holders(database.orm);
    const lines = all.map(({ role, email, name }) => `${role.padEnd("support".length)}  ${email}  ${name}`);
    return { said: lines.join("\n") || "Nobody has a role.", facts: { admins: all } };
  },
};

async function events(library: Given, _hands: Hands, typed: Typed): Promise<Done> {
  const { person, kind, address } = typed.options;
  const wrong = wrongIn(kind ?? "") ?? wrongIn(address ?? "");
  if (wrong) throw new RefusedForNow(words.en.problems[wrong]);
  if (address !== undefined && isIP(address) === 0) throw new RefusedForNow("--address: write an IP address.");
  const userId = person === undefined ? undefined : await named(library, { ...typed, values: [person] });
  const found = await searchEvents(library.database.orm, {
    ...{ userId, kind, address, from: dateOf(typed.options, "from"), to: endOf(typed.options, "to") },
    ...{ before: numberOf(typed.options, "before"), count: numberOf(typed.options, "count", mostEvents) },
    within: numberOf(typed.options, "within"), // of `--follow`, and not to be typed
  });
  if (found.length === 0 && kind !== undefined) refuseUnknown(kind, library.eventKinds());
  return { said: found.map((one) => JSON.stringify(one)).join("\n"), facts: { events: found } };
}

/** A kind of which there are no events may be a slip. */
function refuseUnknown(kind: string, known: readonly string[]) {
  if (!known.includes(kind)) throw new RefusedForNow(`--kind: there is no "${kind}". There are ${known.join(", ")}.`);
}

/** Does it on a connection of its own: a database that has to wake first is waited for. */
const withHands =
  (does: Sub): Acts[string] =>
  (given, ...values) => {
    const { database, config, wake } = given;
    return database.withoutDeadlines((orm) => {
      const library = { ...given, database: { ...database, orm } };
      const hands = { database: library.database, config, outbox: createOutbox(config.mail.isOn, wake) };
      return does(library, hands, typedIn(values));
    });
  };

/** Which of several is meant by the first word. */
const oneOf =
  (all: Record<string, Sub>): Sub =>
  (library, hands, { values: [name = "", ...values], options }) => {
    const does = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!does) throw noSuchVerb();
    return does(library, hands, { values, options });
  };

/** The verbs of the administration. */
export const verbs: Acts = {
  users: withHands(oneOf(users)),
  admins: withHands(oneOf(admins)),
  events: withHands(events),
  "held-up": heldUp,
  "let-go": letGo,
};

import { and, asc, eq, inArray } from "drizzle-orm";
import type * as z from "zod";
import { session, user } from "../../../../db/auth-tables";
import { role } from "../../../../db/own-tables";
import type { Orm } from "../../../../db/types";
import { act, type Subject } from "../../../account/act";
import { operator, record, type EventKind } from "../../../account/events";
import { languageOfUser } from "../../../account/user-language";
import type { MailKind, MailOrder } from "../../../account/outbox";
import type { Services } from "../../../account/services";
import { suspensionOf } from "../../../account/suspension";
import { wrongIn } from "../../../guard/own-words";
import { firstProblem } from "../../../http/form";
import type { Language } from "../../../http/language";
import type { ProblemCode } from "../../../http/problem";
import { blankClient, type Client } from "../../../http/visit";
import { refused, type Refused, type Result } from "../../../result";
import type { Config } from "../../../settings/config";
import type { AdministrationMail } from "../letters";
import { isRole, type Role } from "../roles";
import type { AdministrationWords } from "../words";

/** Who acts on somebody's account, and why. */
export interface By {
  /** `operator` for a verb; for a page, the id of the user with a role. */
  actor: string;
  /** The session with which that user acts: it must not have ended since. */
  sessionId?: string;
  /** In their own words; it stands in the event. */
  reason: string;
}

/** What administrators work with: all the services of a page, or what a verb has. */
export type Hands = Pick<Services, "database" | "outbox"> & { config: Pick<Config, "languages"> };

/** What each act may be done by, besides operators. Whoever has `support` alone acts on people without a role. */
const rights = {
  add: ["admin"],
  invite: ["admin"],
  suspend: ["admin"],
  resume: ["admin"],
  signOut: ["admin", "support"],
  requireNewPassword: ["admin"],
  sendLink: ["admin"],
  setEmail: ["admin"],
  confirm: ["admin"],
  resendConfirmation: ["admin", "support"],
  takeOffWay: ["admin"],
  remove: ["admin"],
  export: ["admin"],
  giveRole: ["admin"],
  takeRole: ["admin"],
} as const satisfies Record<string, readonly Role[]>;

/** Something that is done to a person's account. */
export type ActName = keyof typeof rights;

/** Whether roles allow an act on somebody with those roles. */
export function allows(what: ActName, roles: readonly Role[], theirs: readonly string[]): boolean {
  const allowed: readonly Role[] = rights[what];
  return roles.some((one) => allowed.includes(one)) && (roles.includes("admin") || theirs.length === 0);
}

/** Somebody whose account is acted on. */
export interface Person {
  id: string;
  email: string;
  name: string;
  emailVerified: boolean;
}

/** Which act, on whom, by whom. */
export interface Order {
  userId: string;
  by: By;
}

type OwnEvent = keyof AdministrationWords["events"];
type OwnProblem = keyof AdministrationWords["problems"];

/** What an act works with, in its transaction. */
export interface Administering {
  inner: Orm;
  person: Person;
  /** The one that they read: that of the mails to them. */
  language: Language;
  /** Adds an event about the person, with who did it and why; `to` is what it was done to. */
  note(kind: OwnEvent | EventKind, to?: string): Promise<void>;
  /** Orders a mail to the person, at their address of now where no other is given. */
  mail(kind: AdministrationMail | MailKind, mail?: Partial<Pick<MailOrder, "recipient" | "facts">>): Promise<void>;
  /** The same, unless the address never confirmed: it may be a stranger's, who has nothing to do with this. */
  tell(kind: AdministrationMail, facts?: Record<string, string>): Promise<void>;
  /** The same, of an account that this act deletes: the mail stays when its row goes. */
  tellLast(kind: AdministrationMail): Promise<void>;
}

/** A refusal of ours; its words are merged with the core's, so the cast only widens the union. */
export const refuse = (problem: OwnProblem): Refused => refused(problem as ProblemCode);

/** The same of what was typed about somebody: the words of the core are for whoever types their own. */
export function refuseTyped(error: z.ZodError): Refused {
  const refusal = firstProblem(error);
  if (refusal.problem === "email_missing") return refuse("email_needed");
  return refusal.problem === "name_missing" ? refuse("name_needed") : refusal;
}

/** Whoever acts for others leaves no address and no browser in somebody else's list: the event names them. */
export const clientOf = ({ config }: Pick<Hands, "config">): Client => blankClient(config.languages[0]);

/**
 * Does something to somebody's account, in one transaction with its event and its mail. The person and whoever acts
 * are locked first, in an order that is the same for all: of two administrators who act on each other, the second
 * finds what the first one did. Refused with `person_gone` where there is nobody, `not_allowed` where the role does not
 * allow it, or the session has ended meanwhile, and `words_too_long` or `words_unprintable` for such a reason.
 */
export async function administer<Value>(
  hands: Hands,
  { what, userId, by, whenTaken }: Order & { what: ActName; whenTaken?: OwnProblem },
  work: (administering: Administering) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const wrong = wrongIn(by.reason);
  if (wrong) return refuse(wrong);
  const client = clientOf(hands);
  // The words of the problems are merged with the core's: these casts only widen the unions.
  const occasion = {
    visit: client,
    subject: personFor(userId, by),
    whenTaken: whenTaken as ProblemCode | undefined,
  };
  return act(hands, occasion, async ({ inner, who: { userId: id, ...person }, order }) => {
    if (!(await mayDo(inner, { what, by, userId }))) return refuse("not_allowed");
    const language = await languageOfUser(inner, userId, hands.config);
    const mail: Administering["mail"] = (kind, { recipient = person.email, facts } = {}) =>
      // The kind is a text in its column; the capability has the letters for its own.
      order({ kind: kind as MailKind, recipient, userId, facts, language });
    return work({
      ...{ inner, mail, language },
      person: { id, ...person },
      note: (kind, to) => record(inner, { userId }, { kind: kind as EventKind, client, subject: to, by: { ...by } }),
      tell: async (kind, facts) => {
        if (person.emailVerified) await mail(kind, { facts });
      },
      tellLast: async (kind) => {
        if (person.emailVerified) await order({ kind: kind as MailKind, recipient: person.email, language });
      },
    });
  });
}

interface Begun {
  what: ActName;
  by: By;
  language?: Language;
  whenTaken?: OwnProblem;
}

/** What an act that is about no account works with, in its transaction. */
export interface Beginning {
  inner: Orm;
  client: Client;
  /** Orders a mail, in the client's language. */
  order(mail: Omit<MailOrder, "kind" | "language"> & { kind: AdministrationMail | MailKind }): Promise<void>;
}

/** The same for what is about nobody who has an account; its mails are in `language`, where that is given. */
export async function begin<Value>(
  hands: Hands,
  { what, by, language, whenTaken }: Begun,
  work: (beginning: Beginning) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const wrong = wrongIn(by.reason);
  if (wrong) return refuse(wrong);
  const ours = clientOf(hands);
  const client = { ...ours, language: language ?? ours.language };
  const subject: Subject<{ email: string }> = {
    async find(inner) {
      await lock(inner, [by.actor]);
      return { email: "" };
    },
    otherwise: "malformed",
  };
  // As above, the casts only widen the unions.
  const occasion = { visit: client, subject, whenTaken: whenTaken as ProblemCode | undefined };
  return act(hands, occasion, async ({ inner, order }) => {
    if (!(await mayDo(inner, { what, by }))) return refuse("not_allowed");
    return work({ inner, client, order: (mail) => order({ ...mail, kind: mail.kind as MailKind }) });
  });
}

/** The person, locked together with whoever acts. */
const personFor = (userId: string, { actor }: By): Subject<Omit<Person, "id"> & { userId: string }> => ({
  async find(inner) {
    const found = await lock(inner, [userId, actor]);
    return found.find((one) => one.userId === userId);
  },
  otherwise: "person_gone" as ProblemCode, // ours, merged with the core's
});

/** Locks these users, those that there are, in the order of their ids; as `lockUser`. */
function lock(inner: Orm, ids: string[]) {
  const { id, email, name, emailVerified } = user;
  return inner
    .select({ userId: id, email, name, emailVerified })
    .from(user)
    .where(inArray(id, ids))
    .orderBy(asc(id))
    .for("no key update");
}

/** Whether somebody may do this now: their role, their session and a suspension are as they are in this transaction. */
async function mayDo(inner: Orm, { what, by, userId }: { what: ActName; by: By; userId?: string }): Promise<boolean> {
  const { actor, sessionId } = by;
  if (actor === operator) return true;
  if (sessionId !== undefined && !(await hasSession(inner, actor, sessionId))) return false;
  if (await suspensionOf(inner, actor)) return false;
  return allows(what, await rolesOf(inner, actor), userId === undefined ? [] : await rolesOf(inner, userId));
}

async function hasSession(inner: Orm, userId: string, id: string): Promise<boolean> {
  const theirs = and(eq(session.id, id), eq(session.userId, userId));
  return (await inner.select({ id: session.id }).from(session).where(theirs)).length > 0;
}

/** The roles that somebody has, also while they are suspended and may not act. */
export async function rolesOf(on: Orm, userId: string): Promise<Role[]> {
  const found = await on.select({ role: role.role }).from(role).where(eq(role.userId, userId));
  return found.flatMap(({ role: text }) => (isRole(text) ? [text] : []));
}

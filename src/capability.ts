import type { AnyElysia } from "elysia";
import type { OwnTable } from "../db/kept";
import type { Database, Orm } from "../db/types";
import type { SafetyProps } from "../views/account-overview";
import type { Section } from "../views/layout";
import { act, type Acting, type Occasion } from "./account/act";
import type { EventKind, Outcome, Owner } from "./account/events";
import type { MailKind, MailKinds, MailOrder } from "./account/outbox";
import type { OtherWay, WithWays } from "./account/other-ways";
import type { Proof } from "./account/prove";
import type { Services, WithScripts } from "./account/services";
import type { Guard } from "./auth/gate";
import { keyRing, type KeyRing } from "./guard/keys";
import { sealsFrom, type Seals } from "./guard/seal";
import type { Limit, Limits } from "./guard/throttle";
import type { Language } from "./http/language";
import type { Visit } from "./http/visit";
import type { Factor } from "./import/write";
import type { ProblemCode } from "./http/problem";
import type { LettersOfDeleted } from "./mail/deletion-letter";
import type { Letters } from "./mail/letters";
import type { MadePart, PageServices } from "./pages/services";
import type { Acts } from "./process/acts";
import { refused, type Refused, type Result } from "./result";
import type { Config, ServedConfig } from "./settings/config";
import type { Settings, ValuesOf } from "./settings/setting";
import type { Secrets } from "./settings/values";

/** What a capability says in one language: a word for each of its events and problems. */
interface CapabilityWords<Events extends string, Problems extends string> {
  events: Record<Events, string>;
  problems: Record<Problems, string>;
}

/** What a capability is: known before any of it is switched on. */
interface Description<
  Events extends string,
  Problems extends string,
  Mails extends string,
  Limited extends string,
  Own extends Settings,
> {
  /** Letters, digits and underscores; also a part of the name of its record of migrations. */
  name: string;
  /** Its settings; each is described in docs/settings.md. */
  settings?: Own;
  /** Whether its settings switch it on; without this it always is. */
  isOn?(settings: ValuesOf<Own>): boolean;
  /** Its words, in every language: a missing one does not compile. */
  words: Record<Language, CapabilityWords<Events, Problems>>;
  /** Its mails; each has a letter in what it contributes. */
  mails?: Record<Mails, MailKinds[string]>;
  limits?: Record<Limited, Limits[string]>;
  /** Its tables, in the schema `gatehouse`, whether it is on or off: what is kept there is kept, moved and deleted. */
  tables?: readonly OwnTable[];
  /** The folder of the migrations that make them, by its path from the root of the checkout. */
  migrations?: string;
  /** What restricts people in an existing app's database, and is taken over while it is on: see `MigrationSet`. */
  heeds?: readonly string[];
  /** The file of its script, for the pages that ask for it; by its path, too. */
  script?: string;
  /** What contradicts in the settings, as far as they tell by themselves: a line that names one, or undefined. */
  contradiction?(config: With<Own, Config>): string | undefined;
  /**
   * Asked at each start, once the database is migrated: what has to be done there before anybody comes. Throws
   * StartRefused when the program must not be served so.
   */
  check?(database: Database, config: With<Own, ServedConfig>): Promise<void>;
  /** Keeps the authenticator apps of people who are imported, in the transaction that makes these people. */
  keepFactors?(inner: Orm, factors: readonly Factor[], secrets: Secrets): Promise<void>;
  /** What an operator does to what it keeps, by the verb of `src/cli.ts` that does it; loaded when it is typed. */
  verbs?(): Promise<Acts>;
}

/** The settings of the program, with those of a capability by their names. */
type With<Own extends Settings, All extends Config> = All & { own: ValuesOf<Own> };

/** Work in the background while the program serves, on what the database keeps for it. */
export interface Worker {
  /** Looks for work soon; costs nothing when called often. */
  wake(): void;
  /** A form was posted, whose act may have written work that nobody tells of. */
  wakeAfterPost?(): void;
  /** A request came, so the database is awake: looks, now and then, for work that nobody here has told of. */
  pollIfDue(): void;
  /** Resolves when nothing is left that could be done now. */
  idle(): Promise<void>;
  /** Begins nothing new, and resolves when what was begun is done, or given back. */
  stop(): Promise<void>;
}

/** What a capability adds to the site. */
export interface OwnPages {
  pages: readonly AnyElysia[];
  /** What it adds to the sign-in page; the way in that it shows ends at the gate, like any other. */
  signIn?(visit: Visit, returnTo?: string): MadePart;
  /** Another way to sign up, on the same page. */
  signUp?(visit: Visit, returnTo?: string): JSX.Element;
}

/** What a capability adds to the program while it is on. */
export interface Contribution {
  /** Its pages, which are loaded with the site: by the first request that needs it. */
  pages?(services: PageServices): Promise<OwnPages>;
  /** Its sections of the account, in a language; those that lead elsewhere stand last. */
  sections?(language: Language, owner: Visit["owner"]): Section[];
  /** What it says in the overview of how safe a user's account is. */
  safety?(services: WithWays, visit: Visit, userId: string): Promise<SafetyProps>;
  /** What its script tells the browser of a user whose email address has just changed: unseen, in the page after it. */
  news?(services: WithScripts, userId: string): Promise<JSX.Element>;
  /** A page to show to whoever has just signed in with this email, before they go on; undefined for none. */
  detour?(services: Services, visit: Visit, email: string): Promise<string | undefined>;
  /** Asked before every session; with the ways in of all capabilities, other than the password. */
  gate?(services: Services, ways: readonly OtherWay[]): Guard;
  proofs?: readonly Proof[];
  /** Ways to prove who one is where nobody is signed in: whoever has enough of them needs no password. */
  ways?: readonly OtherWay[];
  letters?: Letters;
  /** Letters to people whose account is gone by the time that they are written. */
  lettersOfDeleted?: LettersOfDeleted;
  /** A session for which fewer factors were proved is nobody's. */
  leastFactors?: number;
  /** Where a user sets up a second factor: whoever comes to a site that asks for one is led there. */
  secondFactorPath?: string;
  /** What is due by now, done at the start and about once an hour, by every replica. */
  chore?(services: Services): Promise<void>;
  /** What it does in the background; undefined where there is nothing to do. */
  worker?(services: Services): Worker | undefined;
}

/** A capability: something that can be switched off as a whole. */
export interface Capability extends Description<string, string, string, string, Settings> {
  create(config: ServedConfig): Contribution;
}

/** What a capability works with, bound to its own names: a misspelt one does not compile. */
export interface Tools<
  Events extends string,
  Problems extends string,
  Mails extends string,
  Limited extends string,
  Own extends Settings = Settings,
> {
  /** What its settings say. */
  settings: ValuesOf<Own>;
  /** As `act` of the core, with its own events and mails besides. */
  act<Who extends Owner, Value>(
    services: Services,
    occasion: Occasion<Who>,
    work: (acting: OwnActing<Who, Events, Mails>) => Promise<Result<Value>>,
  ): Promise<Result<Value>>;
  refuse(problem: Problems | ProblemCode, retryAfterSeconds?: number): Refused;
  limit(kind: Limited, key: string): Limit;
  /** Keys of its own, one from each secret: the first signs, each verifies. */
  keys(purpose: string): KeyRing;
  /** Encrypts what it keeps and must read again. */
  seals: Seals;
}

/** What an act of a capability can do: as in the core, with its own events and mails besides. */
export interface OwnActing<Who, Events, Mails> extends Omit<Acting<Who>, "record" | "order"> {
  record(kind: Events | EventKind, outcome?: Outcome): Promise<void>;
  order(mail: Omit<MailOrder, "language" | "kind"> & { kind: Mails | MailKind }): Promise<void>;
}

/**
 * Defines a capability. `create` is called once, when the program starts and the capability is on; it is given tools
 * that know the names in the description.
 */
export function defineCapability<
  const Events extends string,
  const Problems extends string,
  const Mails extends string = never,
  const Limited extends string = never,
  Own extends Settings = Settings,
>(
  description: Description<Events, Problems, Mails, Limited, Own>,
  create: (tools: Tools<Events, Problems, Mails, Limited, Own>, config: ServedConfig) => Contribution,
): Capability {
  return {
    ...description,
    create(config) {
      const { own, secrets } = config;
      const tools: Tools<Events, Problems, Mails, Limited, Own> = {
        settings: own as ValuesOf<Own>, // by which they were read
        // The names go into columns of text, and their words are merged with the core's: the casts only widen unions.
        act: (services, occasion, work) => act(services, occasion, (acting) => work(acting as never)),
        refuse: (problem, retryAfterSeconds) => refused(problem as ProblemCode, retryAfterSeconds),
        limit: (kind, key) => ({ kind: kind as never, key: `${description.name} ${key}` }),
        keys: (purpose) => keyRing(secrets, `${description.name} ${purpose}`),
        seals: sealsFrom(secrets),
      };
      return create(tools, config);
    },
  };
}

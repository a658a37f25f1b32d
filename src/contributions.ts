import { heededAlways, heedBlockedColumns } from "../db/blocked-columns";
import { coreTables, type OwnTable } from "../db/kept";
import type { MigrationSet } from "../db/migration-records";
import { ownPath } from "../db/own-path";
import type { Database, Orm } from "../db/types";
import { coreSections } from "../views/account-layout";
import type { SafetyProps } from "../views/account-overview";
import type { Section } from "../views/layout";
import { languages, type Words } from "../views/words";
import { coreMailKinds, type MailKinds } from "./account/outbox";
import type { WithWays } from "./account/other-ways";
import { passwordProof } from "./account/prove";
import type { Services, WithScripts } from "./account/services";
import type { Capability, Contribution, Worker } from "./capability";
import { coreLimits, type Limits } from "./guard/throttle";
import { isLanguage, wordsOf, type Language, type WordsOf } from "./http/language";
import type { Visit } from "./http/visit";
import type { KeepFactors } from "./import/write";
import type { LettersOfDeleted } from "./mail/deletion-letter";
import { coreLetters, type Letters } from "./mail/letters";
import { merged } from "./merged";
import { readConfig, type Config, type ServedConfig } from "./settings/config";
import type { Environment, Settings } from "./settings/setting";
import type { Secrets } from "./settings/values";

/** The core's tables of this and that, with what the capabilities that are on add to them. */
export interface Contributions {
  all: readonly Contribution[];
  tables: readonly OwnTable[];
  mailKinds: MailKinds;
  letters: Letters;
  lettersOfDeleted: LettersOfDeleted;
  limits: Limits;
  wordsOf: WordsOf;
  sectionsOf(visit: Visit): Section[];
  proofs: NonNullable<Contribution["proofs"]>;
  ways: NonNullable<Contribution["ways"]>;
  safetyOf(services: WithWays, visit: Visit, userId: string): Promise<SafetyProps[]>;
  newsOf(services: WithScripts, userId: string): Promise<JSX.Element[]>;
  /** The first page that somebody is to see who has just signed in, before they go on. */
  detourOf(services: Services, visit: Visit, email: string): Promise<string | undefined>;
  /** The files of their scripts, by the name of the capability. */
  scripts: Record<string, string>;
  /** How many factors a session needs, to be somebody's. */
  leastFactors: number;
  secondFactorPath?: string;
  /** What capabilities do about once an hour. */
  chores(services: Services): (() => Promise<void>)[];
  workers(services: Services): Worker[];
}

/** Brings together what the core and the capabilities contribute. */
export function contributionsOf(config: ServedConfig, capabilities: readonly Capability[]): Contributions {
  const on = capabilities.filter((capability) => isOn(capability, config));
  const all = on.map((capability) => capability.create(config));
  refuseSilentMails(on, all);
  return {
    all,
    tables: tablesOf(capabilities),
    mailKinds: merged(coreMailKinds, ...on.map(({ mails }) => mails)),
    letters: merged(coreLetters, ...all.map(({ letters }) => letters)),
    lettersOfDeleted: merged({}, ...all.map(({ lettersOfDeleted }) => lettersOfDeleted)),
    limits: merged(coreLimits, ...on.map(({ limits }) => limits)),
    wordsOf: withWordsOf(capabilities),
    sectionsOf: ({ words, language, owner }) => {
      const core = coreSections(words);
      const place = core.findIndex(({ path }) => path === "/account/password") + 1; // with what opens the account
      const more = all.flatMap(({ sections }) => sections?.(language, owner) ?? []);
      const [own = [], others = []] = [true, false].map((is) => more.filter((one) => isOfAccount(one) === is));
      return [...core.toSpliced(place, 0, ...own), ...others];
    },
    safetyOf: (...about) => Promise.all(all.flatMap(({ safety }) => safety?.(...about) ?? [])),
    newsOf: (...about) => Promise.all(all.flatMap(({ news }) => news?.(...about) ?? [])),
    async detourOf(...about) {
      for (const { detour } of all) {
        const path = await detour?.(...about);
        if (path !== undefined) return path;
      }
      return undefined;
    },
    scripts: Object.fromEntries(
      on.flatMap(({ name, script }) => (script === undefined ? [] : [[name, ownPath(script)]])),
    ),
    leastFactors: Math.max(1, ...all.map(({ leastFactors = 1 }) => leastFactors)),
    secondFactorPath: all.find(({ secondFactorPath }) => secondFactorPath)?.secondFactorPath,
    chores: (services) => all.flatMap(({ chore }) => (chore ? [() => chore(services)] : [])),
    workers: (services) => all.flatMap(({ worker }) => worker?.(services) ?? []),
    proofs: [passwordProof, ...all.flatMap(({ proofs = [] }) => proofs)],
    ways: all.flatMap(({ ways = [] }) => ways),
  };
}

/** Throws where a mail of a capability has no letter, and would be dropped: that is a mistake in the program. */
function refuseSilentMails(on: readonly Capability[], all: readonly Contribution[]): void {
  const written = all.flatMap(({ letters, lettersOfDeleted }) => Object.keys({ ...letters, ...lettersOfDeleted }));
  const ordered = on.flatMap(({ mails = {} }) => Object.keys(mails));
  const silent = ordered.find((kind) => !written.includes(kind));
  if (silent !== undefined) throw new Error(`There is no letter for the mail "${silent}".`);
}

/** Every table of our own: those of a capability that is off too, because what is kept in them is still somebody's. */
export const tablesOf = (capabilities: readonly Capability[]): readonly OwnTable[] => [
  ...coreTables,
  ...capabilities.flatMap(({ tables = [] }) => tables),
];

const isOfAccount = ({ path }: Section) => path.startsWith("/account/");

/** The words of the core, with those of all capabilities: what happened while one was on is still to be read. */
function withWordsOf(capabilities: readonly Capability[]): WordsOf {
  const extended = (language: Language): Words => {
    const core = wordsOf(language);
    const own = capabilities.map(({ words }) => words[language]);
    const kinds = merged(core.activity.kinds, ...own.map(({ events }) => events));
    const problems = merged(core.problems, ...own.map(({ problems }) => problems));
    return { ...core, problems, activity: { ...core.activity, kinds } };
  };
  const made = new Map(Object.keys(languages).map((code) => [code, isLanguage(code) ? extended(code) : wordsOf(code)]));
  return (language) => made.get(language) ?? made.get(wordsOf(language).language) ?? wordsOf(language);
}

/** Tells the kinds of all that can happen: of those capabilities, too, that are off. */
export const eventKindsOf = (capabilities: readonly Capability[]) => (): string[] =>
  Object.keys(withWordsOf(capabilities)("en").activity.kinds).sort();

/**
 * What the database needs to know of all capabilities, on or off; what they take over, of those that are on alone; and
 * what keeps people out in the eyes of the core.
 */
export function migrationsOf(capabilities: readonly Capability[], config?: Config): MigrationSet[] {
  const byName = merged({}, ...capabilities.map((capability) => ({ [capability.name]: capability })));
  const own = Object.values(byName).flatMap((capability) => {
    const { name, migrations, heeds = [] } = capability;
    const isHeeding = config !== undefined && isOn(capability, config);
    return migrations ? [{ name, folder: ownPath(migrations), heeds: isHeeding ? heeds : [] }] : [];
  });
  return [...(config ? [heededByCore(config)] : []), ...own];
}

const isOn = (capability: Capability, { own }: Pick<Config, "own">): boolean => capability.isOn?.(own) ?? true;

/**
 * The settings of the core and of all capabilities, checked, and against each other. Throws StartRefused with a line
 * for each problem.
 */
export function readWholeConfig(environment: Environment, capabilities: readonly Capability[]): Config {
  return readConfig(environment, settingsOf(capabilities), (config) =>
    capabilities
      .filter((capability) => isOn(capability, config))
      .flatMap(({ contradiction }) => contradiction?.(config) ?? []),
  );
}

const heededByCore = ({ blockedColumns }: Config): MigrationSet => ({
  name: "core",
  heeds: [...heededAlways, ...blockedColumns.map((name) => `user.${name}`)],
});

/**
 * What is asked at each start, by the core and the capabilities that are on. Throws StartRefused with what they found.
 */
export const checkOf =
  (capabilities: readonly Capability[], config: ServedConfig) =>
  (database: Database): Promise<void> =>
    database.withoutDeadlines(async (orm) => {
      const onOne = onOneConnection(database, orm); // to connect takes longer than most of them
      await heedBlockedColumns(onOne, config.blockedColumns);
      for (const capability of capabilities) if (isOn(capability, config)) await capability.check?.(onOne, config);
    });

/** The database, with all work on the one connection that `orm` has. */
const onOneConnection = (database: Database, orm: Orm): Database => ({
  ...database,
  orm,
  withoutDeadlines: (work) => work(orm),
  transactionWithoutDeadlines: (work) => orm.transaction(work),
});

/** Keeps the second factors of people who are imported, whether the capability that knows them is on or off. */
export const keepFactorsOf =
  (capabilities: readonly Capability[], secrets: () => Secrets): KeepFactors =>
  async (inner, factors) => {
    for (const { keepFactors } of capabilities) await keepFactors?.(inner, factors, secrets());
  };

/** The settings of all capabilities. */
export const settingsOf = (capabilities: readonly Capability[]): Settings =>
  merged({}, ...capabilities.map(({ settings }) => settings));

import { coreTables, type OwnTable } from "../db/kept";
import { coreSections } from "../views/account-layout";
import type { Section } from "../views/layout";
import type { Words } from "../views/messages";
import { coreMailKinds, type MailKinds } from "./account/outbox";
import { passwordProof } from "./account/prove";
import type { Capability, Contribution } from "./capability";
import { coreLimits, type Limits } from "./guard/throttle";
import { wordsOf, type Language, type WordsOf } from "./http/language";
import type { Visit } from "./http/visit";
import { coreLetters, type Letters } from "./mail/letters";
import type { Config } from "./settings/config";

/** The core's tables of this and that, with what the capabilities that are on add to them. */
export interface Contributions {
  all: readonly Contribution[];
  tables: readonly OwnTable[];
  mailKinds: MailKinds;
  letters: Letters;
  limits: Limits;
  wordsOf: WordsOf;
  sectionsOf(visit: Visit): Section[];
  proofs: NonNullable<Contribution["proofs"]>;
}

/** Brings together what the core and the capabilities contribute. */
export function contributionsOf(
  config: Config & { secret: string },
  capabilities: readonly Capability[],
): Contributions {
  const on = capabilities.filter(({ isOn }) => isOn?.(config.own) ?? true);
  const all = on.map((capability) => capability.create(config));
  return {
    all,
    tables: tablesOf(capabilities),
    mailKinds: merged(coreMailKinds, ...on.map(({ mails }) => mails ?? {})),
    letters: merged(coreLetters, ...all.map(({ letters }) => letters ?? {})),
    limits: merged(coreLimits, ...on.map(({ limits }) => limits ?? {})),
    wordsOf: withWordsOf(capabilities),
    sectionsOf: ({ words, language }) => [
      ...coreSections(words),
      ...all.flatMap(({ sections }) => sections?.(language) ?? []),
    ],
    proofs: [passwordProof, ...all.flatMap(({ proofs = [] }) => proofs)],
  };
}

/** Every table of our own: those of a capability that is off too, because what is kept in them is still somebody's. */
export const tablesOf = (capabilities: readonly Capability[]): readonly OwnTable[] => [
  ...coreTables,
  ...capabilities.flatMap(({ tables = [] }) => tables),
];

const merged = <Value>(...tables: Record<string, Value>[]): Record<string, Value> => Object.assign({}, ...tables);

/** The words of the core, with those of all capabilities: what happened while one was on is still to be read. */
function withWordsOf(capabilities: readonly Capability[]): WordsOf {
  const made = new Map<Language, Words>();
  return (language) => {
    const known = made.get(language);
    if (known) return known;
    const core = wordsOf(language);
    const own = capabilities.map(({ words }) => words[language]);
    const words: Words = {
      ...core,
      problems: Object.assign({}, core.problems, ...own.map(({ problems }) => problems)),
      activity: { ...core.activity, kinds: Object.assign({}, core.activity.kinds, ...own.map(({ events }) => events)) },
    };
    made.set(language, words);
    return words;
  };
}

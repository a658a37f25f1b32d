import { distance } from "fastest-levenshtein";
import { fileNames } from "./secret-files";
import { tryToRead, type Environment, type Setting, type Settings } from "./setting";

/**
 * A line for each variable that nobody reads though it looks like a setting: a misspelt one would silently not apply.
 * What the system or another program calls its own is passed over.
 */
export function unreadNames(given: Environment, settings: Settings): string[] {
  return Object.entries(given).flatMap(([name, value = ""]) => {
    if (Object.hasOwn(settings, name) || fileNames.includes(name) || isServiceLink(name, value)) return [];
    const isSecretGiven = given.BETTER_AUTH_SECRET || given.BETTER_AUTH_SECRETS;
    if (name === "AUTH_SECRET" && isSecretGiven) return []; // Auth.js', and Better Auth prefers the others
    if (Object.hasOwn(refusedNames, name)) return [`${name}: ${refusedNames[name]}.`];
    if (name === "NODE_ENV") return value === "test" ? [testMode] : [];
    return unread(name, { value, given, settings });
  });
}

/** Names that are not ours to read but would change what Better Auth does behind our back. */
const refusedNames: Record<string, string> = {
  BETTER_AUTH_TRUSTED_ORIGINS: "would trust origins unseen. Set TRUSTED_ORIGINS",
  AUTH_SECRET: "is not read. Set BETTER_AUTH_SECRET",
  TEST: "would make Better Auth drop its cross-site checks. Unset it",
};

const testMode = "NODE_ENV: `test` makes Better Auth drop its checks. Unset it.";

interface Unread {
  value: string;
  given: Environment;
  settings: Settings;
}

function unread(name: string, { value, given, settings }: Unread): string[] {
  const capitals = name.toUpperCase();
  const file = fileNames.find((known) => slipsBetween(capitals, known) <= (namesOfOurs.test(known) ? 3 : 1));
  if (file && !Object.hasOwn(settings, capitals)) return [`${name}: no such setting. Did you mean ${file}?`];
  const plain = capitals.replace(/_+FILE$/, "");
  const isFile = plain !== capitals;
  const meant = (isFile && Object.hasOwn(settings, plain) && plain) || settingMeant(plain, value, settings);
  if (meant && isFile)
    return [`${name}: is not read, because only secrets come from files of their own. Set ${meant} to what is in it.`];
  if (meant && mayBeOfOthers(plain, meant)) {
    const instead = saidOtherwise[meant];
    if (given[meant] || (instead && given[instead])) return [];
    const ours = instead ? `${meant} or ${instead}` : meant;
    return [`${name}: no such setting. Did you mean ${meant}? If another program reads it, set ${ours} too.`];
  }
  if (meant) return [`${name}: no such setting. Did you mean ${meant}?`];
  return namesOfOurs.test(capitals) ? [`${name}: no such setting. See docs/settings.md, or unset it.`] : [];
}

/** How the names begin that no other program has: of the core and of capabilities. */
export const namesOfOurs = /^(GATEHOUSE|BETTER_AUTH)_/;

/** The setting that a name in capitals was meant to be, when it is within a few slips of one. */
function settingMeant(name: string, value: string, settings: Settings): string | undefined {
  const known = Object.keys(settings);
  const bare = (one: string) => one.replace(namesOfOurs, "");
  const prefixed = known.find((setting) => namesOfOurs.test(name) && bare(name) === bare(setting));
  if (prefixed) return prefixed;
  const near = known.filter((setting) => Math.abs(setting.length - name.length) <= mostSlips);
  const slips = new Map(near.map((setting) => [setting, slipsBetween(name, setting)]));
  const fewest = Math.min(...slips.values());
  const nearest = near.find((setting) => slips.get(setting) === fewest);
  return nearest && isNear(name, nearest, takes(settings[nearest], value)) ? nearest : undefined;
}

const takes = (setting: Setting | undefined, value: string) =>
  setting !== undefined && tryToRead(setting, value).problem === undefined;

/** Short words are near to many others: only the same letters count, and a value that the setting would take. */
function isNear(name: string, setting: string, takesValue: boolean): boolean {
  if (setting.length < 6) return (name === setting || isSwapped(name, setting)) && takesValue;
  return slipsBetween(name, setting) <= (namesOfOurs.test(setting) || setting.startsWith("TRUSTED_") ? mostSlips : 1);
}

const mostSlips = 3;

/** Letters put in, left out or mistaken; two neighbours that changed places are one slip. */
const slipsBetween = (name: string, setting: string) => (isSwapped(name, setting) ? 1 : distance(name, setting));

const isSwapped = (name: string, setting: string) =>
  [...name].some((letter, at) => name.slice(0, at) + (name[at + 1] ?? "") + letter + name.slice(at + 2) === setting);

/** `DATABASE_URI`, `DATADIR` and the like: the names that other programs have for the same thing. */
const mayBeOfOthers = (name: string, setting: string) =>
  inOneWord(name) === inOneWord(setting) && !namesOfOurs.test(setting);

const inOneWord = (name: string) => name.replaceAll("_", "").replace(/URI$/, "URL");

/** Where the same is decided without the setting itself. */
const saidOtherwise: Record<string, string> = { DATABASE_URL: "GATEHOUSE_DB_DRIVER", SMTP_URL: "MAIL" };

/** Whether a variable is what Kubernetes (or Docker's links) tells of a service, whose name may begin with ours. */
const isServiceLink = (name: string, value: string) =>
  links.some(([names, values]) => names.test(name) && values.test(value));

const links: [names: RegExp, values: RegExp][] = [
  [/_SERVICE_HOST$/, /^[\d.]+$|:/],
  [/_SERVICE_PORT(_\w+)?$/, /^\d+$/],
  [/_PORT$/, /^(tcp|udp|sctp):\/\//],
  [/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/, /^/],
  [/_NAME$/, /^\/[^/]+\/[^/]+$/],
  [/_ENV_\w+$/, /^/],
];

/** Whether the value of a setting is not for us: a shell's mailbox, a service's address. */
export const isOfTheSystem = (name: string, value: string) => valuesOfTheSystem[name]?.test(value) ?? false;

const valuesOfTheSystem: Record<string, RegExp> = { MAIL: /[/\\@]/, PORT: /^(tcp|udp|sctp):\/\// };

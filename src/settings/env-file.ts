import { readFileSync } from "node:fs";
import { codeOf } from "../../db/error-code";
import { StartRefused } from "../../db/refusal";
import { fileNames } from "./secret-files";
import type { Environment } from "./setting";
import { settings } from "./settings";
import { namesOfOurs } from "./unread-names";

/**
 * Puts what the file `.env` of the current folder sets into the environment; what is set there already wins. Bun's own
 * reading of the file, which replaces `$name` inside of passwords, is switched off in bunfig.toml, and undone here
 * where it took place all the same. Reads nothing when Bun was told to read none, or another one. Throws StartRefused
 * with the number of a line that cannot be read, and never its text.
 */
export function loadEnvFile(environment: Environment): void {
  if (process.execArgv.some((argument) => /^--(no-env-file|env-file)\b/.test(argument))) return;
  const outside = environmentOfProcess() ?? { ...environment };
  const inside = parseEnvFile(textOf(".env"));
  for (const [name, value] of inside) if (outside[name] === undefined) environment[name] = value;
  refuseOtherFiles((name) => outside[name] !== undefined || inside.has(name), environment.NODE_ENV);
}

/** The variables this process was started with, without what Bun read; undefined where the system does not tell. */
function environmentOfProcess(): Environment | undefined {
  const listing = textOf("/proc/self/environ");
  if (listing === "") return undefined;
  const pairs = listing.split("\0").map((pair) => [pair, pair.indexOf("=")] as const);
  return Object.fromEntries(pairs.map(([pair, equals]) => [pair.slice(0, equals), pair.slice(equals + 1)]));
}

/**
 * Files that Bun would have read besides, and that set something of ours: leaving them out in silence could start
 * another database.
 */
function refuseOtherFiles(isSet: (name: string) => boolean, mode = "development"): void {
  for (const file of [".env.local", `.env.${mode}`, `.env.${mode}.local`]) {
    const names = textOf(file).matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[=:]/gm);
    const lost = [...names].find(([, name = ""]) => isOurs(name) && !isSet(name))?.[1];
    if (lost === undefined) continue;
    throw new StartRefused(`${file}: sets ${lost}, but only the file \`.env\` is read. Move the line there.`);
  }
}

const isOurs = (name: string) => Object.hasOwn(settings, name) || fileNames.includes(name) || namesOfOurs.test(name);

/** The text of a file, empty when there is none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error) ?? "unknown";
    if (code === "ENOENT" || file.startsWith("/proc/")) return "";
    const remedy = "Make it a file that this user may read, or start the program in another folder.";
    throw new StartRefused(`${file}: cannot be read (${code}). ${remedy}`);
  }
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(?:=|:(?=[ \t]))([ \t]*)(.*)$/;

/**
 * What a text in the manner of `.env` sets. Nothing is ever replaced by the value of another variable: quotes, `$` and
 * `#` inside of a value arrive as they are written. The grammar is in docs/settings.md.
 */
export function parseEnvFile(text: string): Map<string, string> {
  // As Windows writes it by `>`: the line would look right to whoever is told its number.
  if (text.includes("\0")) throw new StartRefused(".env: is not in UTF-8; it may be in UTF-16. Save it in UTF-8.");
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const values = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    if (/^[ \t]*(#|$)/.test(lines[at] ?? "")) continue;
    const [, name, space, rest = ""] = assignment.exec(lines[at] ?? "") ?? [];
    if (name === undefined) throw refusedLine(at, "is not NAME=value. Mend it, or put # before it");
    const quote = /^["'`]/.exec(rest)?.[0];
    if (quote === undefined) values.set(name, unquoted(space + rest));
    else {
      const found = quoted(quote, lines, { at, first: rest.slice(1) });
      values.set(name, found.value);
      at = found.at;
    }
  }
  return values;
}

/** Up to a `#` behind a space, without the spaces around it. */
const unquoted = (text: string) =>
  text
    .replace(/[ \t]+#.*$/, "")
    .trim()
    .replaceAll("\\$", "$");

/** Up to the quote behind which nothing but a comment stands, on this line or a later one. */
function quoted(quote: string, lines: string[], { at, first }: { at: number; first: string }) {
  let text = first;
  for (let last = at; last < lines.length; text += `\n${lines[++last]}`) {
    const inner = closed[quote]?.exec(text)?.[1];
    if (inner !== undefined) return { value: quote === '"' ? unescaped(inner) : inner, at: last };
    if (last === at && first.includes(quote))
      throw refusedLine(at, "something follows the closing quote. Put other quotes around the value");
  }
  throw refusedLine(at, "the quote is never closed. Close it, or put other quotes around the value");
}

const closed: Record<string, RegExp> = {
  '"': /^([^]*?)"[ \t]*(?:[ \t]#.*)?$/,
  "'": /^([^]*?)'[ \t]*(?:[ \t]#.*)?$/,
  "`": /^([^]*?)`[ \t]*(?:[ \t]#.*)?$/,
};

const unescaped = (text: string) => text.replace(/\\([nr"$])/g, (_, letter: string) => escapes[letter] ?? letter);

const escapes: Record<string, string> = { n: "\n", r: "\r" };

const refusedLine = (at: number, words: string) => new StartRefused(`.env, line ${at + 1}: ${words}.`);

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../db/error-code";
import { readShort } from "../../db/short-file";
import type { Environment } from "./setting";

/** The settings that hold a secret: each may be given as the path of a file, `NAME_FILE`, instead. */
export const secretNames = [
  "BETTER_AUTH_SECRET",
  "BETTER_AUTH_SECRETS",
  "DATABASE_URL",
  "DATABASE_URL_DIRECT",
  "SMTP_URL",
  "GATEHOUSE_BACKEND_KEY",
  "GATEHOUSE_WEBHOOK_SECRET",
] as const;

/** One of them. */
export type SecretName = (typeof secretNames)[number];

/** The variable that names the file of a secret. */
export const fileOf = (name: SecretName) => `${name}_FILE` as const;

/** The path of a secret's file, where one is named. */
export const pathOf = (name: SecretName, environment: Environment): string | undefined =>
  environment[fileOf(name)]?.trim();

/** The variables that name files of secrets. */
export const fileNames: readonly string[] = secretNames.map(fileOf);

const largest = 64 * 1024; // bytes

/**
 * The environment with the secrets that stand in files: those that `NAME_FILE` names, and the credentials that systemd
 * hands over in a folder of its own, by the setting's name. One line break at the end of a file is not part of the
 * secret. What is given twice is a problem, as is a file that cannot be read; no problem repeats what is in a file.
 */
export function withSecretFiles(environment: Environment): { given: Environment; problems: string[] } {
  const given = { ...environment };
  const { paths, problems } = credentialsIn(environment);
  for (const name of secretNames) {
    const sources = sourcesOf(name, environment, paths);
    if (sources.length === 0) continue;
    if (isGiven(environment[name])) sources.unshift({ said: name, path: "" });
    const [first, second] = sources;
    if (first && second) problems.push(`${first.said}: contradicts ${second.said}. Leave one of them out.`);
    else if (first) {
      const read = readSecret(first.path);
      if ("problem" in read) problems.push(`${first.said}: ${read.problem}.`);
      else given[name] = read.text;
    }
  }
  return { given, problems };
}

interface Source {
  /** What an operator has set. */
  said: string;
  path: string;
}

function sourcesOf(name: SecretName, environment: Environment, credentials: ReadonlyMap<string, string>): Source[] {
  const path = pathOf(name, environment);
  const credential = credentials.get(name);
  return [
    ...(path === undefined ? [] : [{ said: fileOf(name), path }]),
    ...(credential === undefined ? [] : [{ said: `the credential ${name}`, path: credential }]),
  ];
}

/**
 * The paths of what systemd handed over, by name. A folder that is not there has nothing; of another one that cannot be
 * looked into nobody knows what it has.
 */
function credentialsIn({ CREDENTIALS_DIRECTORY: folder = "" }: Environment) {
  const paths = new Map<string, string>();
  const problems: string[] = [];
  try {
    if (folder !== "") for (const name of readdirSync(folder)) paths.set(name, join(folder, name));
  } catch (error) {
    const code = codeOf(error) ?? "unknown";
    const remedy = "Start the program as the user for whom it was made, or unset it";
    if (code !== "ENOENT") problems.push(`CREDENTIALS_DIRECTORY: the folder cannot be read (${code}). ${remedy}.`);
  }
  return { paths, problems };
}

const isGiven = (value: string | undefined) => value !== undefined && value.trim() !== "";

function readSecret(path: string): { text: string } | { problem: string } {
  if (path === "") return { problem: "is set, but to nothing. Name the file, or unset it" };
  try {
    const text = readShort(path, largest)?.replace(/\r?\n$/, "");
    if (text === undefined) return { problem: "the file is larger than any secret. Name the right one" };
    return text.trim() === "" ? { problem: "the file is empty. Write the secret into it" } : { text };
  } catch (error) {
    const code = codeOf(error) ?? "unknown";
    return { problem: `the file cannot be read (${code}). Name a file that this user may read` };
  }
}

import { mutationsOf } from "./mutation";

export const ofSettings = [
  ...mutationsOf("src/settings/secret-files.ts", [
    ["if (first && second) problems.push(", "if (!first) problems.push(", "embedded/secret-files"],
    [
      "if (isGiven(environment[name])) sources.unshift",
      "if (isGiven(undefined)) sources.unshift",
      "embedded/secret-files",
    ],
    ["if (size > largest) return", "if (size < 0) return", "embedded/secret-files"],
    ['text.trim() === "" ?', 'text === "never" ?', "embedded/secret-files"],
  ]),
  ...mutationsOf("src/settings/contradictions.ts", [
    ['if (!isGiven("DATABASE_URL") && !given.GATEHOUSE_DB_DRIVER)', "if (false as boolean)", "embedded/secret-files"],
  ]),
];

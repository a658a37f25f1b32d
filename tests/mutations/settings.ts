import { mutationsOf } from "./mutation";

export const ofSettings = [
  ...mutationsOf("src/settings/secret-files.ts", [
    ["if (first && second) problems.push(", "if (!first) problems.push(", "embedded/secret-files"],
    [
      "if (isGiven(environment[name])) sources.unshift",
      "if (isGiven(undefined)) sources.unshift",
      "embedded/secret-files",
    ],
    ["if (text === undefined) return", "if (false as boolean) return", "embedded/secret-files"],
    ['text.trim() === "" ?', 'text === "never" ?', "embedded/secret-files"],
    ['if (code !== "ENOENT") problems.push(', "if (false as boolean) problems.push(", "embedded/secret-files"],
  ]),
  ...mutationsOf("db/short-file.ts", [["length > most ? undefined : ", "", "embedded/secret-files"]]),
  ...mutationsOf("db/unopened.ts", [
    ['existsSync(join(cluster, "PG_VERSION")) ||', "true ||", "embedded/unopened"],
    ["isOfEngine ? new StartRefused(damaged)", "false ? new StartRefused(damaged)", "embedded/unopened"],
    [
      "isOfEngine ? writingFails(dirname(cluster))",
      "false ? writingFails(dirname(cluster))",
      "faults/starts/full-disk",
    ],
  ]),
  ...mutationsOf("db/archive.ts", [["refuseExisting(file); // another", "// another", "embedded/archive"]]),
  ...mutationsOf("src/settings/contradictions.ts", [
    ['if (!isGiven("DATABASE_URL") && !given.GATEHOUSE_DB_DRIVER)', "if (false as boolean)", "embedded/secret-files"],
    ["if (!url.local) return isHost(host)", "if (!url.local) return true", "embedded/settings"],
  ]),
  ...mutationsOf("src/settings/config.ts", [
    ['withoutBrackets(host ?? "0.0.0.0")', '(host ?? "0.0.0.0")', "embedded/settings-network"],
    ['if (notUtf8.test(text ?? ""))', "if (false as boolean)", "embedded/secret-files"],
  ]),
  ...mutationsOf("src/settings/values.ts", [
    [" || !isHost(host))", ")", "embedded/settings"],
    ['if (url.hostname.endsWith("."))', "if (false as boolean)", "embedded/settings"],
    [" || !/^\\/?$/.test(url.pathname)", "", "embedded/settings"],
    [" && isHost(url.hostname);", ";", "embedded/settings"],
    ["(isHost(text) ? text : reject(wantedOfHosts))", "text", "embedded/settings-network"],
  ]),
  ...mutationsOf("db/server-address.ts", [
    ["if (port < 1 || port > 65_535) throw", "if (port < 0) throw", "embedded/database-url"],
    ["/[^\\p{L}\\p{N}._:%-]/u.test(host)", "(false as boolean)", "embedded/database-url"],
  ]),
  ...mutationsOf("src/settings/env-file.ts", [
    ['if (text.includes("\\0"))', "if (false as boolean)", "embedded/env-file"],
  ]),
  ...mutationsOf("src/http/assets.ts", [
    ['text.includes("<svg")', "true", "program/check"],
    ['text.startsWith("\\x89PNG")', "true", "program/check"],
  ]),
  ...mutationsOf("src/check.ts", [
    ["const ofFiles = await problemsOfFiles(config);", "const ofFiles: string[] = [];", "program/check"],
    ["=> new URL(origin).hostname;", "=> new URL(origin).host;", "faults/mail/check"],
    ["mailbox(typed)?.address;", "mailbox(typed)?.address ?? typed;", "faults/mail/check"],
  ]),
  ...mutationsOf("src/mail/smtp.ts", [
    ["envelope: { from: from.address, to: recipient }", "envelope: { from: from.address, to }", "faults/mail/check"],
  ]),
];

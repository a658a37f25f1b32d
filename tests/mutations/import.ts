import { mutationsOf } from "./mutation";

const clashes = "every-database/import-clashes";
const formats = "every-database/import-formats";
const files = "embedded/import-files";
const pooler = "faults/starts/pooler";
const verb = "faults/starts/import";

/** What keeps an import from writing half of somebody, over somebody, or what it should not. */
export const ofImport = [
  ...mutationsOf("src/import/write.ts", [
    ["isDry ? new Set<string>() : await", "await", clashes],
    ["await suspend(inner, written);", "", formats],
    ["owner === id || person.id === undefined", "true", clashes],
  ]),
  ...mutationsOf("src/import/take-in.ts", [
    ["await own.transaction(async (inner) => {", "await Promise.resolve(own).then(async (inner) => {", verb],
    ["if (!writing.isDry) await note(inner,", "await note(inner,", clashes],
    ["if (!writing.isDry) await note(inner, { name, became, unread });", "", clashes],
    ["unread + became.length - ", "became.length - ", clashes],
    ["if (imported === 0) return;", "", clashes],
    ['"hash" in judged && /[\\p{Cc}\\p{Cs}]/u.test(judged.hash)', "false", clashes],
    ["if (Object.values(drafted.person).some(isDamaged))", "if (false)", clashes],
  ]),
  ...mutationsOf("src/import/csv.ts", [["if (fields.length !== columns.length)", "if (false)", files]]),
  ...mutationsOf("src/import/entries.ts", [
    ["if (isEmpty && about.format.path)", "if (false)", files],
    ["quotedBeforeAnother.test(start)", "false", files],
    ["!any.some((one) => columns.includes(one))", "!any.every((one) => columns.includes(one))", files],
  ]),
  ...mutationsOf("src/import/entry.ts", [["piece.subarray(-lookedAhead)", "piece.subarray(0, 0)", files]]),
  ...mutationsOf("src/import/file.ts", [['while (start.trim() === "" && ', 'while (start === "" && ', files]]),
  ...mutationsOf("src/import/person.ts", [
    ['.replace(/[\\s=-]/g, "")', "", formats],
    ["if (until !== undefined && Date.parse(until) <= Date.now()) return undefined;", "", formats],
  ]),
  ...mutationsOf("src/import-people.ts", [
    ["if (isDry) await refuseUnmigrated(database);\n    else", "", verb],
    ["isDry ? database.transactionWithoutDeadlines", "false ? database.transactionWithoutDeadlines", pooler],
    ['config.database.driver === "embedded" || config.secrets', "true", verb],
  ]),
  ...mutationsOf("src/capabilities/two-factor/imported.ts", [
    ["await refuseUnreadable({ orm: inner }, seals);", "", verb],
  ]),
];

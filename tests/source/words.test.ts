import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coreMailKinds } from "../../src/account/outbox";
import { problemCodes } from "../../src/http/problem";
import { capabilities } from "../../src/capabilities/index";
import { words as ofAdministration } from "../../src/capabilities/administration/words";
import { pageWords } from "../../src/capabilities/administration/words/pages";
import { words as factorWords } from "../../src/capabilities/two-factor/words";
import { isLanguage, languages } from "../../views/words";

/** What people read is there in every language, and nothing else is. Most of it the types hold already. */

const root = join(import.meta.dir, "../..");
const paths = [...new Glob("{src,views}/**/*.{ts,tsx}").scanSync(root)].filter((path) => !/^views\/words\//.test(path));
const source = paths.map((path) => readFileSync(join(root, path), "utf8")).join("\n");

/** Every word with its path, such as `signIn.title`; lists are one word. */
function leavesOf(words: object, above: string[] = []): [path: string, word: unknown][] {
  return Object.entries(words).flatMap(([key, word]): [string, unknown][] =>
    typeof word === "object" && !Array.isArray(word)
      ? leavesOf(word, [...above, key])
      : [[[...above, key].join("."), word]],
  );
}

const english = leavesOf(languages.en);

/**
 * Whether a source names a word: by its path, by taking it out of its group, by taking its whole group out of another,
 * or as text where the keys of its group are looked up.
 */
function isUsed(path: string): boolean {
  const [key = "", group = "words", above] = path.split(".").reverse();
  const [, alias = group] = new RegExp(`\\(\\{ ${group}: (\\w+) \\}\\) =>`).exec(source) ?? [];
  const isLookedUp = new RegExp(`\\.${group}\\[|wordFor\\([\\w.]*\\b${group},`).test(source);
  const uses = [
    `\\b(?:${group}|${alias})\\.${key}\\b`,
    `\\{[^{}]*\\b${key}\\b[^{}]*\\} = [\\w.]*\\b${group}\\b`,
    ...(above ? [`\\(\\{ ${above}: \\{ ${group} \\} \\}`] : []),
    ...(isLookedUp ? [`"${key}"|\\b${key}:`] : []),
  ];
  return new RegExp(uses.join("|")).test(source);
}

describe.each(Object.entries(languages))("the words of %s", (code, words) => {
  test("carry its code and are all that English has, none empty", () => {
    expect(words.language).toBe(code.replace("-formal", ""));
    const shape = (leaves: typeof english) => leaves.map(([path, word]) => `${path}: ${typeof word}`).sort();
    expect(shape(leavesOf(words))).toEqual(shape(english));
    expect(leavesOf(words).filter(([, word]) => word === "")).toEqual([]);
  });

  test("tell days and countries in the language itself", () => {
    const [day, format] = [new Date("2026-11-25T12:00:00Z"), { dateStyle: "long", timeZone: "UTC" } as const];
    expect(words.date(day)).toBe(new Intl.DateTimeFormat(words.language, format).format(day));
    expect(words.country("DE")).toBe(new Intl.DisplayNames(words.language, { type: "region" }).of("DE") ?? "");
  });

  test("tell every problem and every mail", () => {
    expect(Object.keys(words.problems).sort()).toEqual(problemCodes.toSorted());
    const named = Object.keys(coreMailKinds).map((kind) =>
      kind.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()),
    );
    expect(named.filter((kind) => !Object.hasOwn(words.mails, kind))).toEqual([]);
  });

  test("say of each mail that somebody else may have brought about that it can be ignored", () => {
    const { verify, accountExists, reset, confirmEmail, invitation, emailTaken } = words.mails;
    const written = [verify("Acme", "123456"), ...[accountExists, reset, confirmEmail].map((write) => write("Acme"))];
    written.push(...[invitation, emailTaken].map((write) => write("Acme")));
    if (isLanguage(code)) written.push(ofAdministration[code].mails.confirm("Acme"));
    expect(written.filter(({ after }) => !/ignor/.test(after.join(" "))).map(({ subject }) => subject)).toEqual([]);
    expect(written.filter(({ after }) => !/(hour|Stunde|heure|hora|7 )/.test(after.join(" ")))).toEqual([]); // how long
  });

  test("tell a wait in seconds up to a minute, then in minutes, rounded up", () => {
    const told = [0, 4, 5, 60, 61, 120, 121].map((seconds) => /\d+|$/.exec(words.waitFor(seconds))?.[0]);
    expect(told).toEqual(["", "", "5", "60", "2", "2", "3"]);
    expect(words.waitFor(60).replace("60", "5")).toBe(words.waitFor(5));
  });
});

test.each(Object.keys(languages).filter(isLanguage))("%s tells none, one and many apart", (code) => {
  const left = [0, 1, 2].map((count) => factorWords[code].mails.used("Acme", count).lines[1] ?? "");
  expect(left.map((text) => /\d|$/.exec(text)?.[0])).toEqual(["", "1", "2"]);
  const { mailsGivenUp } = pageWords[code].overview;
  if (code !== "en") expect(mailsGivenUp("1")).not.toBe(mailsGivenUp("2").replace("2", "1"));
});

test.each(Object.keys(languages).filter(isLanguage))("%s calls each mail that waits by a name", (code) => {
  const kinds = [coreMailKinds, ...capabilities.map(({ mails = {} }) => mails)].flatMap((mails) => Object.keys(mails));
  const events = capabilities.map(({ words }) => words[code].events);
  const names = Object.assign({}, languages[code].activity.kinds, ...events, ofAdministration[code].mailKinds);
  expect(kinds.length).toBeGreaterThan(20);
  expect(kinds.filter((kind) => !Object.hasOwn(names, kind))).toEqual([]);
});

test("days that passed are midnights of the reader's own calendar, and so is the day that is told", () => {
  const now = new Date("2026-11-25T09:00:00Z");
  const told = (at: string, timeZone?: string) => languages.en.ago(new Date(at), { now, timeZone });
  expect(told("2026-11-25T08:59:50Z")).toBe("just now");
  expect(told("2026-11-24T07:00:00Z")).toBe("yesterday");
  expect(told("2026-11-23T10:00:00Z")).toBe("2 days ago"); // 47 hours
  expect(told("2026-11-18T23:30:00Z")).toBe("November 18, 2026");
  expect(told("2026-11-18T23:30:00Z", "Europe/Berlin")).toBe("6 days ago");
  expect(told("2026-11-10T20:00:00Z", "Pacific/Auckland")).toBe("November 11, 2026");
  expect(languages.fr.dayOf(new Date("2026-11-10T20:00:00Z"), { now })).toBe("Mardi 10 novembre");
});

test("a time ahead is just now, as where clocks differ, and days ahead, as one was set back, told by its day", () => {
  const now = new Date("2026-11-25T09:00:00Z");
  const told = (at: string) => [
    languages.en.ago(new Date(at), { now }),
    languages.en.dayOf(new Date(at), { now, timeZone: "Europe/Berlin" }),
  ];
  expect(told("2026-11-25T23:30:00Z")).toEqual(["just now", "Thursday, November 26"]);
  expect(told("2046-11-25T09:00:00Z")).toEqual(["November 25, 2046", "Sunday, November 25, 2046"]);
  expect(told("9999-12-31T23:59:59.999Z")).toEqual(["unknown", "Unknown"]);
  expect(told("0001-01-01T00:00:00Z")).toEqual(["unknown", "Unknown"]);
});

test("no word is there that nothing shows", () => {
  expect(english.length).toBeGreaterThan(150);
  expect(english.map(([path]) => path).filter((path) => !isUsed(path))).toEqual([]);
  expect(["account.profile", "email.verified", "notices.never_shown"].filter(isUsed)).toEqual([]);
});

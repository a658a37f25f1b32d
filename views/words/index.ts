import { de } from "./de";
import { en, type Words } from "./en";

/** The words of every language, by its code: all that a page or a mail says. A language is one folder and a line here. */
export const languages = { en, de } satisfies Record<string, Words>;

/** What English has, every language has: a missing word does not compile. */
export type { Words };
export type ProblemKey = keyof Words["problems"];
export type NoticeKey = keyof Words["notices"];

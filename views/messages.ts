import { english, type Words } from "./messages/english";
import { german } from "./messages/german";

/** The words of every language there is; what a page or a mail says is nowhere else. */
export const messages = { en: english, de: german } satisfies Record<string, Words>;

/** What `english` has, every language has. */
export type { Words };
export type ProblemKey = keyof Words["problems"];
export type NoticeKey = keyof Words["notices"];

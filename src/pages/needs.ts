import type { AccountNeeds } from "../account/needs";
import type { ReturnTo } from "../http/return-to";
import type { Config } from "../settings/config";
import type { Door } from "../auth/door";
import type { PageContextOf } from "../http/page-context";
import type { ProblemAnswer } from "../http/problem-answer";
import type { SessionCheck } from "../session/check";

/** What a page is given; it reaches for nothing else. */
export interface PageNeeds {
  config: Config;
  frame: PageContextOf;
  door: Door;
  check: SessionCheck;
  /** For what is done to accounts. */
  account: AccountNeeds;
  answerProblem: ProblemAnswer;
  returnTo: ReturnTo;
}

/** Where a visitor goes who was going nowhere in particular. */
export const homePath = "/account";

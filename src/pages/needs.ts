import type { AccountNeeds } from "../account/needs";
import type { ReturnTo } from "../address";
import type { Config } from "../config";
import type { Door } from "../door";
import type { FrameOf } from "../frame";
import type { ProblemAnswer } from "../problem-answer";
import type { SessionCheck } from "../session/check";

/** What a page is given; it reaches for nothing else. */
export interface PageNeeds {
  config: Config;
  frame: FrameOf;
  door: Door;
  check: SessionCheck;
  /** For what is done to accounts. */
  account: AccountNeeds;
  answerProblem: ProblemAnswer;
  returnTo: ReturnTo;
}

/** Where a visitor goes who was going nowhere in particular. */
export const homePath = "/account";

import { ProblemPage } from "../../views/problem";
import { problemText } from "../../views/problems";
import type { Words } from "../../views/words";
import type { PageContextOf } from "./page-context";
import { inPlaceOfPage, page, wantsFragment } from "./html";
import type { Visit } from "./visit";
import { answersInJson, pathOf } from "./paths";
import { statusOf, type Problem, type ProblemCode } from "./problem";

/** Answers with a problem instead of what was asked for: JSON to programs, a page to people. */
export type ProblemAnswer = (visit: Visit, problem: Problem) => Promise<Response>;

/** Says what went wrong in our own words only: nothing of the request, and nothing of the error, is in the answer. */
export function createProblemAnswer(frameOf: PageContextOf): ProblemAnswer {
  return async (visit, { problem, retryAfterSeconds }) => {
    const { request, facts } = visit;
    const frame = frameOf(visit);
    const status = statusOf(problem);
    const wait = retryAfterSeconds ?? (status === 503 ? 1 : undefined);
    if (answersInJson(pathOf(request))) {
      const headers = { "cache-control": "no-store", ...(wait && { "retry-after": String(wait) }) };
      return Response.json({ error: { code: problem, message: frame.words.problems[problem] } }, { status, headers });
    }
    const reference = status >= 500 ? facts.request.slice(0, shownOfId) : undefined;
    const view = ProblemPage({ frame, problem, reference, retryAfterSeconds: wait });
    const answer = await page(view, { status, retryAfterSeconds: wait });
    if (reference !== undefined && request.headers.has("hx-request"))
      answer.headers.set("hx-problem", encodeURIComponent(inForm(frame.words, problem, { reference, wait })));
    // A form is not sent again: its answer may have been lost only on the way.
    if (status === 503 && request.method === "GET" && !wantsFragment(visit))
      answer.headers.set("refresh", String(againAfterSeconds));
    return inPlaceOfPage(visit, answer);
  };
}

/**
 * The same in one text, which a script says in the form that was sent: the page would take the place of what was typed.
 */
const inForm = (words: Words, problem: ProblemCode, { reference, wait }: { reference: string; wait?: number }) =>
  `${problemText(words, problem, wait)} ${words.problemPage.reference} ${reference}`;

const againAfterSeconds = 5;
const shownOfId = 8; // characters that a person can read out; the log has all of them

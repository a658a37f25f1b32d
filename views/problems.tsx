import { isNeutral, type FormState } from "./kit";
import type { Words } from "./words";

interface ProblemProps {
  words: Words;
  state: FormState<string>;
}

/** Two or more wrong fields, on top of the form: each leads to its field, and the focus starts here. */
export function ProblemSummary({ words, state: { problems = {} } }: ProblemProps) {
  const { form: _, ...fields } = problems;
  const wrong = Object.entries(fields).flatMap(([name, problem]) =>
    problem ? [{ name, text: words.problems[problem] }] : [],
  );
  if (wrong.length < 2) return "";
  return (
    <div class="alert" role="alert" tabindex="-1" {...takesFocus}>
      <p safe>{words.common.someFields(wrong.length)}</p>
      <ul>
        {wrong.map(({ name, text }) => (
          <li>
            <a href={`#${name}`} safe>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

const takesFocus = { autofocus: true }; // allowed on every element; the JSX types know it on inputs only

/** What concerns the form as a whole, above its button; and when to try again: with scripts, the button counts. */
export function FormProblem({ words, state: { problems = {}, retryAfterSeconds } }: ProblemProps) {
  if (!problems.form) return "";
  const wait = retryAfterSeconds ? ` ${words.waitFor(retryAfterSeconds)}` : "";
  const isQuiet = isNeutral(problems.form);
  return (
    <p
      class={isQuiet ? "notice" : "alert"}
      role={isQuiet ? "status" : "alert"}
      data-wait={retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds)}
      safe
    >
      {words.problems[problems.form] + wait}
    </p>
  );
}

interface NoticeProps {
  /** Whether it tells of what is no success, such as a closed account. */
  isNeutral?: boolean;
  text: string | undefined;
  /** Where no field takes the focus: so that it is read aloud after a redirect. */
  takesFocus?: boolean;
}

/** What has just happened, said once and announced. */
export function Notice({ text, takesFocus: isStart = false, isNeutral }: NoticeProps) {
  if (!text) return "";
  return (
    <p
      class={isNeutral ? "notice neutral" : "notice"}
      role="status"
      {...(isStart && { tabindex: "-1", ...takesFocus })}
      safe
    >
      {text}
    </p>
  );
}

/** On a sentence of a form whose mail has just been sent: with scripts, its button says when it can be used again. */
export const waitForNextMail = { "data-wait": "30" }; // seconds; the first wait of the limit

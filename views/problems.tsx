import { isNeutral, type FormState } from "./kit";
import { attribute } from "./layout";
import type { ProblemKey, Words } from "./words";

interface ProblemProps {
  words: Words;
  state: FormState<string>;
  /** Where help is with it, at the end of the sentence. */
  help?: { href: string; label: string };
}

const takesFocus = { autofocus: true }; // allowed on every element; the JSX types know it on inputs only

/** What concerns the form as a whole, above its button; and when to try again: with scripts, the button counts. */
export function FormProblem({ words, state: { problems = {}, retryAfterSeconds }, help }: ProblemProps) {
  if (!problems.form) return "";
  const isQuiet = isNeutral(problems.form);
  return (
    <p
      class={isQuiet ? "notice neutral" : "alert"}
      role={isQuiet ? "status" : "alert"}
      data-wait={retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds)}
    >
      <span safe>{problemText(words, problems.form, retryAfterSeconds)}</span>
      {help ? <Help {...help} /> : ""}
    </p>
  );
}

function Help({ href, label }: { href: string; label: string }) {
  return (
    <>
      {" "}
      <a href={attribute(href)} safe>
        {label}
      </a>
    </>
  );
}

/** What is wrong, and when to try again. */
export const problemText = (words: Words, problem: ProblemKey, retryAfterSeconds?: number): string =>
  words.problems[problem] + (retryAfterSeconds ? ` ${words.waitFor(retryAfterSeconds)}` : "");

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

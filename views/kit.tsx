import type { Children } from "@kitajs/html";
import { attribute } from "./layout";
import type { ProblemKey, Words } from "./messages";

/** What a form shows besides its fields: what was typed, what was wrong with it, and where to go afterwards. */
export interface FormState<Name extends string> {
  values?: Partial<Record<Name, string>>;
  problems?: Partial<Record<Name | "form", ProblemKey>>;
  retryAfterSeconds?: number;
}

interface FormProps {
  id: string;
  action: string;
  /** For an answer that is a file: htmx would put it into the page. */
  download?: boolean;
  children: Children;
}

/**
 * A form that works alone and better with htmx: the same POST, one per burst of clicks, and the answer morphed in
 * place, so that focus and a typed password stay. `novalidate`: our own messages say more than the browser's.
 */
export function Form({ id, action, download = false, children }: FormProps) {
  return (
    <form id={id} method="post" action={attribute(action)} novalidate {...(!download && htmxForm(action))}>
      {children as "safe"}
    </form>
  );
}

const htmxForm = (action: string) => ({
  "hx-post": attribute(action),
  "hx-swap": "outerMorph",
  "hx-sync": "this:drop",
  "hx-disable": "find [type=submit]",
});

/** The field to start in: the one that is wrong, else the first that is empty. Two wrong ones have their summary. */
export const startIn = <Name extends string>(
  names: readonly Name[],
  { values = {}, problems = {} }: FormState<Name>,
) => {
  const filled: Partial<Record<Name, string>> = values;
  const wrong: Partial<Record<string, ProblemKey>> = problems;
  const [first, second] = names.filter((name) => wrong[name]);
  if (second) return undefined;
  return first ?? names.find((name) => !filled[name]);
};

interface FieldProps {
  words: Words;
  name: string;
  /** The element's id, where a page has two fields of one name. */
  id?: string;
  label: string;
  type?: "text" | "email" | "code";
  autocomplete: string;
  value?: string;
  hint?: string;
  problem?: ProblemKey;
  /** A success, said in the line below the field. */
  done?: string;
  autofocus?: boolean;
}

/** A labelled input. Below it a line is kept free, so that nothing moves when a message appears there. */
export function Field({
  words,
  name,
  id = name,
  label,
  type = "text",
  autocomplete,
  value = "",
  hint,
  problem,
  done,
  autofocus,
}: FieldProps) {
  return (
    <div class="field">
      <label for={id} safe>
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type === "code" ? "text" : type}
        value={attribute(value)}
        autocomplete={autocomplete}
        required
        autofocus={autofocus}
        {...(type === "email" && { inputmode: "email", autocapitalize: "none", spellcheck: "false" })}
        {...(type === "code" && { inputmode: "numeric", spellcheck: "false", class: "code" })}
        {...described(id, hint, problem)}
      />
      <Note words={words} name={id} hint={hint} problem={problem} done={done} />
    </div>
  );
}

type PasswordProps = Omit<FieldProps, "type" | "value" | "done"> & {
  autocomplete: "current-password" | "new-password";
};

/** A password input with a real button that shows what was typed; the button appears only where scripts run. While a new one is typed, the line below says how hard it is to guess. */
export function PasswordField({ words, name, label, autocomplete, hint, problem, autofocus }: PasswordProps) {
  return (
    <div class="field">
      <label for={name} safe>
        {label}
      </label>
      <div class="with-button">
        <input
          id={name}
          name={name}
          type="password"
          autocomplete={autocomplete}
          required
          autofocus={autofocus}
          {...described(name, hint, problem)}
          {...(autocomplete === "new-password" && asksStrength(name))}
        />
        <button
          type="button"
          class="quiet"
          hidden
          data-reveals={name}
          data-show={words.common.show}
          data-hide={words.common.hide}
          data-show-label={words.common.showPassword}
          data-hide-label={words.common.hidePassword}
          aria-label={words.common.showPassword}
          safe
        >
          {words.common.show}
        </button>
      </div>
      <Note words={words} name={name} hint={hint} problem={problem} strength={autocomplete === "new-password"} />
    </div>
  );
}

/** After a pause in typing the server says in the line below how hard the password is to guess. */
const asksStrength = (name: string) => ({
  "data-asks-strength": "",
  "hx-post": "/password-strength",
  "hx-trigger": "input changed delay:400ms",
  "hx-target": `#${name}-note`,
  "hx-swap": "innerMorph",
  "hx-sync": "this:replace",
});

type NoteProps = Pick<FieldProps, "words" | "name" | "hint" | "problem" | "done"> & { strength?: boolean };

/** What to know about a field: the problem when there is one, else what has just been done, else the hint. */
function Note({ words, name, hint = "", problem, done, strength }: NoteProps) {
  const text = problem ? words.problems[problem] : (done ?? hint);
  const kind = problem ? "note problem" : done ? "note done" : "note";
  return (
    <p
      id={`${name}-note`}
      class={kind}
      role={done && !problem ? "status" : undefined}
      aria-live={strength ? "polite" : undefined}
      safe
    >
      {text}
    </p>
  );
}

const described = (name: string, hint?: string, problem?: ProblemKey) => ({
  ...(problem && { "aria-invalid": "true" }),
  ...((hint || problem) && { "aria-describedby": `${name}-note` }),
});

/** The one thing a form asks for. While it works it says so in words. */
export function SubmitButton({
  label,
  working,
  kind = "primary",
}: {
  label: string;
  working: string;
  kind?: "primary" | "secondary" | "danger";
}) {
  return (
    <button type="submit" class={kind} data-working={working} safe>
      {label}
    </button>
  );
}

/** Carries on where the visitor was going; already checked when it gets here, and checked again when it is used. */
export function ReturnTo({ value }: { value: string | undefined }) {
  return value ? <Hidden name="return_to" value={value} /> : "";
}

/** For password managers: whose password the form is about. Nobody else meets it. */
export function UsernameForManagers({ email }: { email: string }) {
  return (
    <input
      class="for-managers"
      type="text"
      name="username"
      value={attribute(email)}
      autocomplete="username"
      readonly
      tabindex="-1"
      aria-hidden="true"
    />
  );
}

/** What a form says without asking. */
export function Hidden({ name, value }: { name: string; value: string }) {
  return <input type="hidden" name={name} value={attribute(value)} />;
}

/** A link to another page of the same journey, which keeps where the visitor was going. */
export const withReturnTo = (path: string, returnTo: string | undefined) =>
  returnTo ? `${path}${path.includes("?") ? "&" : "?"}return_to=${encodeURIComponent(returnTo)}` : path;

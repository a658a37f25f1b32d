import { Icon } from "./icons";
import { attribute } from "./layout";
import type { ProblemKey, Words } from "./words";

interface FieldProps {
  words: Words;
  name: string;
  /** The element's id, where a page has two fields of one name. */
  id?: string;
  label: string;
  type?: keyof typeof attributesOf;
  autocomplete: string;
  value?: string;
  hint?: string;
  problem?: ProblemKey;
  /** A success, said in the line below the field. */
  done?: string;
  /** Whether to start in it; where that is not said, when it is wrong. One field of a page has the focus. */
  autofocus?: boolean;
  /** Whether it may stay empty. */
  isOptional?: boolean;
}

const attributesOf = {
  text: { type: "text", dir: "auto" },
  email: { type: "email", inputmode: "email", autocapitalize: "none", spellcheck: "false" },
  date: { type: "date" },
  /** What is no language, such as a recovery code: phones correct nothing in it. */
  exact: { type: "text", autocapitalize: "none", spellcheck: "false" },
  code: { type: "text", inputmode: "numeric", spellcheck: "false", class: "code" },
} as const;

/** A labelled input. */
export function Field({ words, name, id = name, label, type = "text", autocomplete, value = "", ...rest }: FieldProps) {
  const { hint, problem, done, autofocus, isOptional } = rest;
  return (
    <div class="field">
      <label for={id} safe>
        {label}
      </label>
      <input
        id={id}
        name={name}
        value={attribute(value)}
        autocomplete={autocomplete}
        required={!isOptional}
        autofocus={autofocus ?? problem !== undefined}
        {...attributesOf[type]}
        {...described(id, hint, problem)}
      />
      <Note words={words} name={id} hint={hint} problem={problem} done={done} />
    </div>
  );
}

type PasswordProps = Omit<FieldProps, "type" | "value" | "done" | "id" | "isOptional"> & {
  autocomplete: "current-password" | "new-password";
  /** Where to go who does not know it: shown beside the label, and reached after the input. */
  forgot?: { href: string; label: string };
};

/**
 * A password input. Where scripts run, the lines below it say how hard a new password is to guess while it is typed,
 * that it can be read, and that Caps Lock is on.
 */
export function PasswordField({ words, name, label, autocomplete, forgot, ...rest }: PasswordProps) {
  const { hint, problem, autofocus } = rest;
  const isNew = autocomplete === "new-password";
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
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus={autofocus ?? problem !== undefined}
          {...described(name, hint, problem)}
          {...(isNew && newPassword(name))}
        />
        <RevealButton words={words} name={name} label={label} />
      </div>
      {forgot ? <Forgot {...forgot} /> : ""}
      <Note words={words} name={name} hint={hint} problem={problem} isLive={isNew} />
      <p
        class="note"
        role="status"
        data-state-of={name}
        data-shown={words.common.passwordShown}
        data-caps={words.common.capsLock}
      ></p>
    </div>
  );
}

/**
 * What password managers may make up (https://developer.apple.com/password-rules/), and whom the page asks, after a
 * pause in typing, how hard the password is to guess: the answer is put into the note below.
 */
const newPassword = (name: string) => ({
  passwordrules: "minlength: 8; maxlength: 128;",
  "data-asks-strength": "",
  "hx-post": "/password-strength",
  "hx-trigger": "input changed delay:400ms",
  "hx-target": `#${name}-note`,
  "hx-swap": "innerMorph",
  "hx-sync": "this:replace",
});

/**
 * Shows what was typed. It works by a script, and appears only where scripts run. A page may have two of them, so each
 * says for which field it is, unless that is the password.
 */
function RevealButton({ words: { common }, name, label }: { words: Words; name: string; label: string }) {
  const named = (act: string) => attribute(label === common.password ? act : `${act}: ${label}`);
  return (
    <button
      type="button"
      class="quiet"
      hidden
      data-reveals={name}
      data-show={named(common.showPassword)}
      data-hide={named(common.hidePassword)}
      aria-label={named(common.showPassword)}
    >
      <Icon name="eye" />
    </button>
  );
}

function Forgot({ href, label }: { href: string; label: string }) {
  return (
    <a href={attribute(href)} safe>
      {label}
    </a>
  );
}

type NoteProps = Pick<FieldProps, "words" | "name" | "hint" | "problem" | "done"> & {
  /** Whether its text is replaced while somebody types. */
  isLive?: boolean;
};

/** What to know about a field: the problem when there is one, else what has just been done, else the hint. */
function Note({ words, name, hint = "", problem, done, isLive }: NoteProps) {
  const text = problem ? words.problems[problem] : (done ?? hint);
  if (!text) return "";
  return (
    <p
      id={`${name}-note`}
      class={problem ? "note problem" : done ? "note done" : "note"}
      role={problem ? "alert" : done ? "status" : undefined}
      aria-live={isLive && !problem ? "polite" : undefined}
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

/** A choice to tick. */
export function Choice({
  id,
  name = id,
  label,
  hint = "",
  checked,
}: {
  id: string;
  name?: string;
  label: string;
  hint?: string;
  checked: boolean;
}) {
  return (
    <label class="choice">
      <input id={id} type="checkbox" name={name} value="on" checked={checked} />
      <span safe>{label}</span>
      {hint ? (
        <span class="hint" safe>
          {hint}
        </span>
      ) : (
        ""
      )}
    </label>
  );
}

import { Icon } from "./icons";
import { attribute } from "./layout";
import type { ProblemKey, Words } from "./words";

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

const attributesOf = {
  text: { type: "text", dir: "auto" },
  email: { type: "email", inputmode: "email", autocapitalize: "none", spellcheck: "false" },
  code: { type: "text", inputmode: "numeric", spellcheck: "false", class: "code" },
} as const;

/** A labelled input. */
export function Field({ words, name, id = name, label, type = "text", autocomplete, value = "", ...rest }: FieldProps) {
  const { hint, problem, done, autofocus } = rest;
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
        required
        autofocus={autofocus}
        {...attributesOf[type]}
        {...described(id, hint, problem)}
      />
      <Note words={words} name={id} hint={hint} problem={problem} done={done} />
    </div>
  );
}

type PasswordProps = Omit<FieldProps, "type" | "value" | "done" | "id"> & {
  autocomplete: "current-password" | "new-password";
  /** Where to go who does not know it: shown beside the label, and reached after the input. */
  forgot?: { href: string; label: string };
};

/** A password input. While a new one is typed, the line below says how hard it is to guess. */
export function PasswordField({ words, name, label, autocomplete, forgot, ...rest }: PasswordProps) {
  const { hint, problem, autofocus } = rest;
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
          autofocus={autofocus}
          {...described(name, hint, problem)}
        />
        <RevealButton words={words} name={name} />
      </div>
      {forgot ? <Forgot {...forgot} /> : ""}
      <Note words={words} name={name} hint={hint} problem={problem} strength={autocomplete === "new-password"} />
    </div>
  );
}

/** Shows what was typed. It works by a script, and appears only where scripts run. */
function RevealButton({ words: { common }, name }: { words: Words; name: string }) {
  return (
    <button
      type="button"
      class="quiet"
      hidden
      data-reveals={name}
      data-show={common.showPassword}
      data-hide={common.hidePassword}
      aria-label={common.showPassword}
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

type NoteProps = Pick<FieldProps, "words" | "name" | "hint" | "problem" | "done"> & { strength?: boolean };

/** What to know about a field: the problem when there is one, else what has just been done, else the hint. */
function Note({ words, name, hint = "", problem, done, strength }: NoteProps) {
  const { weak, fair, strong } = words.common.strength;
  const text = problem ? words.problems[problem] : (done ?? hint);
  if (!text) return "";
  return (
    <p
      id={`${name}-note`}
      class={problem ? "note problem" : done ? "note done" : "note"}
      role={problem ? "alert" : done ? "status" : undefined}
      {...(strength && {
        "data-strength-of": name,
        "data-hint": hint,
        "data-weak": weak,
        "data-fair": fair,
        "data-strong": strong,
      })}
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
  checked,
}: {
  id: string;
  name?: string;
  label: string;
  checked: boolean;
}) {
  return (
    <label class="choice">
      <input id={id} type="checkbox" name={name} value="on" checked={checked} />
      <span safe>{label}</span>
    </label>
  );
}

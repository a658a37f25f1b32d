import type { Children } from "@kitajs/html";
import { Icon, type IconName } from "./icons";
import { attribute, type PageContext } from "./layout";
import type { ProblemKey } from "./words";

export { Choice, Field, PasswordField } from "./fields";

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
  /** For a form with a file in it, which the browser sends by itself. */
  upload?: boolean;
  children: Children;
}

/**
 * A form that works alone and better with htmx: the same POST, one per burst of clicks, and the answer morphed in
 * place, so that focus and a typed password stay. `novalidate`: our own messages say more than the browser's.
 */
export function Form({ id, action, download = false, upload = false, children }: FormProps) {
  const sending = upload ? { enctype: "multipart/form-data" } : !download && htmxForm(action);
  return (
    <form id={id} method="post" action={attribute(action)} novalidate {...sending}>
      {children as "safe"}
    </form>
  );
}

/**
 * A form of whoever is signed in, which names their account: by the time it is sent, somebody else may be signed in, to
 * whom nothing shall be done by it.
 */
export function OwnForm({ frame: { owner }, children, ...form }: FormProps & { frame: PageContext }) {
  return (
    <Form {...form}>
      {owner ? <Hidden name="account" value={owner.email} /> : ""}
      {children as "safe"}
    </Form>
  );
}

const htmxForm = (action: string) => ({
  "hx-post": attribute(action),
  "hx-swap": "outerMorph",
  "hx-sync": "this:drop",
  "hx-disable": "find [type=submit]",
});

/** The field to start in: the first that is wrong, else the first that is empty. */
export const startIn = <Name extends string>(
  names: readonly Name[],
  { values = {}, problems = {} }: FormState<Name>,
) => {
  const filled: Partial<Record<Name, string>> = values;
  const wrong: Partial<Record<string, ProblemKey>> = problems;
  return names.find((name) => wrong[name]) ?? names.find((name) => !filled[name]);
};

/** Whether a form has something to say that is wrong. */
export const isWrong = ({ problems = {} }: FormState<string>): boolean =>
  Object.values(problems).some((problem) => problem !== undefined && !isNeutral(problem));

/** Whether it is said without alarm: nobody did anything wrong who asks for a second mail at once. */
export const isNeutral = (problem: ProblemKey): boolean => problem === "too_many_mails";

/** By what it means: what the form is for; something else to do; something small; what cannot be taken back. */
export type ButtonKind = "primary" | "secondary" | "quiet" | "danger" | "quiet danger";

interface ButtonProps {
  label: string;
  /** What it says while it works. */
  working: string;
  kind?: ButtonKind;
  icon?: IconName;
  /** Its name for screen readers, where other buttons of the page have the same label. */
  named?: string;
}

/** Sends its form. */
export function Button({ label, working, kind = "primary", icon, named }: ButtonProps) {
  return (
    <button
      type="submit"
      class={kind}
      data-working={working}
      aria-label={named === undefined ? undefined : attribute(named)}
    >
      {icon ? <Icon name={icon} /> : ""}
      <span safe>{label}</span>
    </button>
  );
}

/** A link that looks like a button: it leads to where something is done. */
export function ButtonLink({
  href,
  label,
  named,
  kind = "secondary",
}: Omit<ButtonProps, "working"> & { href: string }) {
  return (
    <a
      class={`button ${kind}`}
      href={attribute(href)}
      aria-label={named === undefined ? undefined : attribute(named)}
      safe
    >
      {label}
    </a>
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

/** The browser's time zone, which a script fills in. */
export function TimeZone() {
  return <input type="hidden" name="time_zone" />;
}

/** What a form says without asking. */
export function Hidden({ name, value }: { name: string; value: string }) {
  return <input type="hidden" name={name} value={attribute(value)} />;
}

/** A link to another page of the same journey, which keeps where the visitor was going. */
export const withReturnTo = (path: string, returnTo: string | undefined) =>
  returnTo ? `${path}${path.includes("?") ? "&" : "?"}return_to=${encodeURIComponent(returnTo)}` : path;

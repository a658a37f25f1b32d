import { Button, Choice, Field, Form, isWrong, PasswordField, ReturnTo, startIn, TimeZone, withReturnTo } from "./kit";
import type { FormState } from "./kit";
import { attribute, Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem, Notice } from "./problems";
import { continuing } from "./sentence";

export interface SignInProps {
  frame: PageContext;
  state: FormState<"email" | "password"> & { remember: boolean };
  returnTo?: string;
  notice?: NoticeKey;
  /** A new email address that waits for its account to be signed in to, by the address it has. */
  switching?: { from: string; to: string };
  /** How long somebody stays signed in who is not seen again, in days. */
  keptDays: number;
  parts?: readonly SignInPart[];
}

/** Another way in, on the same page. */
export interface SignInPart {
  /** What browsers may offer at the email field besides an address, as `autocomplete` calls it. */
  autofill?: string;
  /** Stands below the form. */
  view: JSX.Element;
}

export function SignInPage(props: SignInProps) {
  const { frame, state, returnTo, parts = [] } = props;
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.signIn.title}
      lead={continuing(frame, returnTo)}
      wrong={isWrong(state)}
      below={frame.signUp === "closed" ? undefined : <ToSignUp words={words} returnTo={returnTo} />}
    >
      <SignInForm {...props} />
      {parts.map(({ view }) => view as "safe")}
    </Layout>
  );
}

function ToSignUp({ words, returnTo }: Pick<SignInProps, "returnTo"> & Pick<PageContext, "words">) {
  return (
    <p>
      <span safe>{words.signIn.noAccount}</span>{" "}
      <a href={attribute(withReturnTo("/sign-up", returnTo))} safe>
        {words.signIn.signUp}
      </a>
    </p>
  );
}

interface RememberProps extends Pick<PageContext, "words">, Pick<SignInProps, "keptDays"> {
  checked: boolean;
}

function SignInNotice({
  words,
  notice,
  switching,
}: Pick<SignInProps, "notice" | "switching"> & Pick<PageContext, "words">) {
  const text = switching ? words.signIn.toSwitch(switching) : notice && words.notices[notice];
  return <Notice text={text} isNeutral={notice !== undefined && !successes.includes(notice)} />;
}

/** What went as it should; of the rest nobody is congratulated. */
const successes: readonly NoticeKey[] = ["signed_up", "signed_out", "email_verified", "password_reset"];

const fields = ["email", "password"] as const;

function EmailField({ words, state, parts = [] }: Pick<SignInProps, "state" | "parts"> & Pick<PageContext, "words">) {
  return (
    <Field
      words={words}
      name="email"
      label={words.common.email}
      type="email"
      autocomplete={["username", ...parts.flatMap(({ autofill = [] }) => autofill)].join(" ")}
      value={state.values?.email}
      problem={state.problems?.email}
      autofocus={startIn(fields, state) === "email"}
    />
  );
}

function Remember({ words: { signIn }, keptDays, checked }: RememberProps) {
  return <Choice id="remember" label={signIn.remember} hint={signIn.rememberHint(keptDays)} checked={checked} />;
}

export function SignInForm({ frame, state, returnTo, keptDays, parts = [], ...props }: SignInProps) {
  const { words, hasMail } = frame;
  const { problems = {} } = state;
  const reset = withReturnTo("/forgot-password", returnTo);
  return (
    <Form id="sign-in" action="/sign-in">
      <TimeZone />
      <SignInNotice words={words} {...props} />
      <EmailField words={words} state={state} parts={parts} />
      <PasswordField
        words={words}
        name="password"
        label={words.common.password}
        autocomplete="current-password"
        problem={problems.password}
        autofocus={startIn(fields, state) === "password"}
        forgot={hasMail ? { href: reset, label: words.signIn.forgot } : undefined}
      />
      <Remember words={words} keptDays={keptDays} checked={state.remember} />
      <ReturnTo value={returnTo} />
      <FormProblem
        words={words}
        state={state}
        help={hasMail && problems.form === "wrong_credentials" ? { href: reset, label: words.signIn.reset } : undefined}
      />
      <Button label={words.signIn.action} working={words.signIn.working} />
    </Form>
  );
}

import { Button, Choice, Field, Form, isWrong, PasswordField, ReturnTo, startIn, TimeZone, withReturnTo } from "./kit";
import type { FormState } from "./kit";
import { attribute, Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem, Notice, ProblemSummary } from "./problems";
import { continuing } from "./sentence";

export interface SignInProps {
  frame: PageContext;
  state: FormState<"email" | "password"> & { remember: boolean };
  returnTo?: string;
  notice?: NoticeKey;
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
      below={
        <p>
          <span safe>{words.signIn.noAccount}</span>{" "}
          <a href={attribute(withReturnTo("/sign-up", returnTo))} safe>
            {words.signIn.signUp}
          </a>
        </p>
      }
    >
      <SignInForm {...props} />
      {parts.map(({ view }) => view as "safe")}
    </Layout>
  );
}

export function SignInForm({ frame: { words, hasMail }, state, returnTo, notice, parts = [] }: SignInProps) {
  const { values = {}, problems = {} } = state;
  const start = startIn(["email", "password"], state);
  return (
    <Form id="sign-in" action="/sign-in">
      <TimeZone />
      <ProblemSummary words={words} state={state} />
      <Notice text={notice && words.notices[notice]} isNeutral={notice === "deletion_asked"} />
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete={["username", ...parts.flatMap(({ autofill = [] }) => autofill)].join(" ")}
        value={values.email}
        problem={problems.email}
        autofocus={start === "email"}
      />
      <PasswordField
        words={words}
        name="password"
        label={words.common.password}
        autocomplete="current-password"
        problem={problems.password}
        autofocus={start === "password"}
        forgot={hasMail ? { href: withReturnTo("/forgot-password", returnTo), label: words.signIn.forgot } : undefined}
      />
      <Choice id="remember" label={words.signIn.remember} checked={state.remember} />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <Button label={words.signIn.action} working={words.signIn.working} />
    </Form>
  );
}

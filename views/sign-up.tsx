import {
  Button,
  ButtonLink,
  Field,
  Form,
  isWrong,
  PasswordField,
  ReturnTo,
  startIn,
  TimeZone,
  withReturnTo,
  type FormState,
} from "./kit";
import { attribute, Layout, OperatorLinks, type PageContext } from "./layout";
import { FormProblem } from "./problems";
import { continuing } from "./sentence";

export interface SignUpProps {
  frame: PageContext;
  state: FormState<"name" | "email" | "password">;
  returnTo?: string;
  /** Other ways to sign up, below the form. */
  parts?: readonly JSX.Element[];
}

export function SignUpPage(props: SignUpProps) {
  const { frame, state, returnTo, parts = [] } = props;
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.signUp.title}
      lead={continuing(frame, returnTo)}
      wrong={isWrong(state)}
      below={
        <p>
          <span safe>{words.signUp.haveAccount}</span>{" "}
          <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
            {words.signUp.signIn}
          </a>
        </p>
      }
    >
      <SignUpForm {...props} />
      {parts.map((part) => part as "safe")}
      {frame.links?.length ? <Terms words={words} links={frame.links} /> : ""}
    </Layout>
  );
}

/** Below the address, before anything is typed: the answer to the form tells nobody. */
export const hintOfDomains = ({ signUp, words }: PageContext): string | undefined =>
  signUp === "some" ? words.problems.email_elsewhere : undefined;

/** In place of the form where nobody may sign up, or only the invited may, by the link that they have. */
export function NoSignUpPage({ frame, returnTo }: Pick<SignUpProps, "frame" | "returnTo">) {
  const { signUp, problems, common } = frame.words;
  const [title, text] =
    frame.signUp === "invited"
      ? [signUp.invitedTitle, problems.sign_up_invited]
      : [signUp.closedTitle, problems.sign_up_closed];
  return (
    <Layout frame={frame} title={title} lead={<span safe>{text}</span>}>
      <ButtonLink kind="primary" href={withReturnTo("/sign-in", returnTo)} label={common.signIn} />
    </Layout>
  );
}

/** What the operator asks people to read before they begin. */
export function Terms({ words, links }: Pick<PageContext, "words" | "links">) {
  return (
    <p class="terms">
      <span safe>{words.signUp.readFirst}</span>
      <OperatorLinks words={words} links={links} />
    </p>
  );
}

export function SignUpForm({ frame, state, returnTo }: SignUpProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  const start = startIn(["name", "email", "password"], state);
  const field = (name: "name" | "email") => ({
    words,
    name,
    value: values[name],
    problem: problems[name],
    autofocus: start === name,
  });
  return (
    <Form id="sign-up" action="/sign-up">
      <TimeZone />
      <Field {...field("name")} label={words.common.name} autocomplete="name" />
      <Field
        {...field("email")}
        label={words.common.email}
        type="email"
        autocomplete="email"
        hint={hintOfDomains(frame)}
      />
      <PasswordField
        words={words}
        name="password"
        label={words.common.password}
        autocomplete="new-password"
        hint={words.signUp.passwordHint}
        problem={problems.password}
        autofocus={start === "password"}
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <Button label={words.signUp.action} working={words.signUp.working} />
    </Form>
  );
}

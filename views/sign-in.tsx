import { Field, Form, PasswordField, ReturnTo, startIn, SubmitButton, withReturnTo, type FormState } from "./kit";
import { FormProblem, Notice, ProblemSummary } from "./problems";
import { attribute, Layout, type PageContext } from "./layout";
import type { NoticeKey, Words } from "./words";

export interface SignInProps {
  frame: PageContext;
  state: FormState<"email" | "password"> & { remember: boolean };
  returnTo?: string;
  notice?: NoticeKey;
}

export function SignInPage(props: SignInProps) {
  const { words } = props.frame;
  return (
    <Layout frame={props.frame} title={words.signIn.title}>
      <h1 safe>{words.signIn.title}</h1>
      <SignInForm {...props} />
      {props.frame.hasMail ? <Forgot words={words} /> : ""}
      <p class="aside">
        <span safe>{words.signIn.noAccount}</span>{" "}
        <a href={attribute(withReturnTo("/sign-up", props.returnTo))} safe>
          {words.signIn.signUp}
        </a>
      </p>
    </Layout>
  );
}

function Forgot({ words }: { words: Words }) {
  return (
    <p class="aside">
      <a href="/forgot-password" safe>
        {words.signIn.forgot}
      </a>
    </p>
  );
}

export function SignInForm({ frame: { words }, state, returnTo, notice }: SignInProps) {
  const { values = {}, problems = {} } = state;
  const start = startIn(["email", "password"], state);
  return (
    <Form id="sign-in" action="/sign-in">
      <ProblemSummary words={words} state={state} />
      <Notice text={notice && words.notices[notice]} />
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete="username"
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
      />
      <Remember words={words} checked={state.remember} />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.signIn.action} working={words.signIn.working} />
    </Form>
  );
}

function Remember({ words, checked }: { words: Words; checked: boolean }) {
  return (
    <label class="choice">
      <input id="remember" type="checkbox" name="remember" value="on" checked={checked} />
      <span safe>{words.signIn.remember}</span>
    </label>
  );
}

import { Field, Form, PasswordField, ReturnTo, startIn, SubmitButton, withReturnTo, type FormState } from "./kit";
import { FormProblem, ProblemSummary } from "./problems";
import { attribute, Layout, type PageContext } from "./layout";

export interface SignUpProps {
  frame: PageContext;
  state: FormState<"name" | "email" | "password">;
  returnTo?: string;
}

export function SignUpPage(props: SignUpProps) {
  const { words } = props.frame;
  return (
    <Layout frame={props.frame} title={words.signUp.title}>
      <h1 safe>{words.signUp.title}</h1>
      <SignUpForm {...props} />
      <p class="aside">
        <span safe>{words.signUp.haveAccount}</span>{" "}
        <a href={attribute(withReturnTo("/sign-in", props.returnTo))} safe>
          {words.signUp.signIn}
        </a>
      </p>
    </Layout>
  );
}

export function SignUpForm({ frame: { words }, state, returnTo }: SignUpProps) {
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
      <ProblemSummary words={words} state={state} />
      <Field {...field("name")} label={words.common.name} autocomplete="name" />
      <Field {...field("email")} label={words.common.email} type="email" autocomplete="username" />
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
      <SubmitButton label={words.signUp.action} working={words.signUp.working} />
    </Form>
  );
}

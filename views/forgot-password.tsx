import { Field, Form, SubmitButton, type FormState } from "./kit";
import { FormProblem, Notice } from "./problems";
import { Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";

export interface ForgotPasswordProps {
  frame: PageContext;
  state: FormState<"email">;
  notice?: NoticeKey;
}

export function ForgotPasswordPage(props: ForgotPasswordProps) {
  const { words } = props.frame;
  return (
    <Layout frame={props.frame} title={words.forgot.title}>
      <h1 safe>{words.forgot.title}</h1>
      <p safe>{words.forgot.intro}</p>
      <ForgotPasswordForm {...props} />
      <p class="aside">
        <span safe>{words.forgot.remembered}</span>{" "}
        <a href="/sign-in" safe>
          {words.common.signIn}
        </a>
      </p>
    </Layout>
  );
}

export function ForgotPasswordForm({ frame: { words }, state, notice }: ForgotPasswordProps) {
  const { values = {}, problems = {} } = state;
  return (
    <Form id="forgot" action="/forgot-password">
      <Notice text={notice && words.notices[notice]} />
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete="username"
        value={values.email}
        problem={problems.email}
        autofocus={!notice}
      />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.forgot.action} working={words.forgot.working} />
    </Form>
  );
}

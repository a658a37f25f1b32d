import { Button, Field, Form, isWrong, type FormState } from "./kit";
import { Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem, Notice } from "./problems";

export interface ForgotPasswordProps {
  frame: PageContext;
  state: FormState<"email">;
  notice?: NoticeKey;
}

export function ForgotPasswordPage(props: ForgotPasswordProps) {
  const { frame, state } = props;
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.forgot.title}
      lead={<span safe>{words.forgot.intro}</span>}
      wrong={isWrong(state)}
      below={
        <p>
          <span safe>{words.forgot.remembered}</span>{" "}
          <a href="/sign-in" safe>
            {words.common.signIn}
          </a>
        </p>
      }
    >
      <ForgotPasswordForm {...props} />
    </Layout>
  );
}

export function ForgotPasswordForm({ frame: { words }, state, notice }: ForgotPasswordProps) {
  const { values = {}, problems = {} } = state;
  return (
    <Form id="forgot" action="/forgot-password">
      <Notice text={notice && words.notices[notice]} takesFocus />
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
      <Button label={words.forgot.action} working={words.forgot.working} />
    </Form>
  );
}

import { Button, Form, Hidden, isWrong, PasswordField, type FormState, UsernameForManagers } from "./kit";
import { Layout, type PageContext } from "./layout";
import { FormProblem, Notice } from "./problems";
import type { NoticeKey } from "./words";

export interface ResetPasswordProps {
  frame: PageContext;
  token: string;
  /** For password managers: which account the new password is for. */
  email: string;
  /** Whether the address was confirmed before: else somebody else may have made the account. */
  emailVerified: boolean;
  state: FormState<"password">;
  notice?: NoticeKey;
}

export function ResetPasswordPage(props: ResetPasswordProps) {
  const { frame, emailVerified, state, notice } = props;
  const { title, intro, why } = frame.words.reset;
  return (
    <Layout
      frame={frame}
      title={title}
      icon="key"
      lead={<span safe>{emailVerified ? intro : `${why} ${intro}`}</span>}
      wrong={isWrong(state)}
    >
      <Notice text={notice && frame.words.notices[notice]} />
      <ResetPasswordForm {...props} />
    </Layout>
  );
}

export function ResetPasswordForm({ frame: { words }, token, email, state }: ResetPasswordProps) {
  const { problems = {} } = state;
  return (
    <Form id="reset" action="/reset-password">
      <Hidden name="token" value={token} />
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="password"
        label={words.reset.newPassword}
        autocomplete="new-password"
        hint={words.signUp.passwordHint}
        problem={problems.password}
        autofocus
      />
      <FormProblem words={words} state={state} />
      <Button label={words.reset.action} working={words.reset.working} />
    </Form>
  );
}

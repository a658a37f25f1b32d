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
  /** Where the link is not enough: other ways to prove it, each in the form. */
  more: readonly JSX.Element[];
  state: FormState<"password">;
  notice?: NoticeKey;
}

export function ResetPasswordPage(props: ResetPasswordProps) {
  const { frame, emailVerified, more, state, notice } = props;
  const { title, intro, why, more: also } = frame.words.reset;
  const lead = more.length > 0 ? `${also} ${intro}` : emailVerified ? intro : `${why} ${intro}`;
  return (
    <Layout frame={frame} title={title} icon="key" lead={<span safe>{lead}</span>} wrong={isWrong(state)}>
      <Notice text={notice && frame.words.notices[notice]} />
      <ResetPasswordForm {...props} />
    </Layout>
  );
}

export function ResetPasswordForm({ frame: { words }, token, email, more, state }: ResetPasswordProps) {
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
      {more.map((way) => way as "safe")}
      <FormProblem words={words} state={state} />
      <Button label={words.reset.action} working={words.reset.working} />
    </Form>
  );
}

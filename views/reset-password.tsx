import { Form, Hidden, PasswordField, SubmitButton, type FormState, UsernameForManagers } from "./kit";
import { FormProblem } from "./problems";
import { Layout, type PageContext } from "./layout";

export interface ResetPasswordProps {
  frame: PageContext;
  token: string;
  /** For password managers: which account the new password is for. */
  email: string;
  /** Whether the address was confirmed before: else somebody else may have made the account. */
  emailVerified: boolean;
  state: FormState<"password">;
}

export function ResetPasswordPage(props: ResetPasswordProps) {
  const { words } = props.frame;
  return (
    <Layout frame={props.frame} title={words.reset.title}>
      <h1 safe>{words.reset.title}</h1>
      {props.emailVerified ? "" : <p safe>{words.reset.why}</p>}
      <p safe>{words.reset.intro}</p>
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
      <SubmitButton label={words.reset.action} working={words.reset.working} />
    </Form>
  );
}

import { AccountLayout } from "./account-layout";
import { Form, PasswordField, SubmitButton, type FormState, UsernameForManagers } from "./kit";
import { FormProblem, ProblemSummary } from "./problems";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";

export interface AccountPasswordProps {
  frame: PageContext;
  email: string;
  state: FormState<"current" | "password"> & { signOutOthers: boolean };
  notice?: NoticeKey;
}

export function AccountPasswordPage(props: AccountPasswordProps) {
  return (
    <AccountLayout frame={props.frame} here="/account/password" notice={props.notice}>
      <AccountPasswordForm {...props} />
    </AccountLayout>
  );
}

export function AccountPasswordForm({ frame: { words }, email, state }: AccountPasswordProps) {
  const { problems = {} } = state;
  return (
    <Form id="password-form" action="/account/password">
      <ProblemSummary words={words} state={state} />
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="current"
        label={words.password.current}
        autocomplete="current-password"
        problem={problems.current}
        autofocus={problems.current !== undefined}
      />
      <PasswordField
        words={words}
        name="password"
        label={words.password.next}
        autocomplete="new-password"
        hint={words.signUp.passwordHint}
        problem={problems.password}
        autofocus={!problems.current && problems.password !== undefined}
      />
      <label class="choice">
        <input id="others" type="checkbox" name="others" value="on" checked={state.signOutOthers} />
        <span safe>{words.password.signOutOthers}</span>
      </label>
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.password.action} working={words.password.working} />
    </Form>
  );
}

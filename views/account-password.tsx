import { AccountLayout } from "./account-layout";
import { Button, Choice, Form, isWrong, PasswordField, type FormState, UsernameForManagers } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card } from "./rows";

export interface AccountPasswordProps {
  frame: PageContext;
  email: string;
  state: FormState<"current" | "password"> & { signOutOthers: boolean };
  notice?: NoticeKey;
}

export function AccountPasswordPage(props: AccountPasswordProps) {
  const { frame, notice, state } = props;
  return (
    <AccountLayout frame={frame} here="/account/password" notice={notice} wrong={isWrong(state)}>
      <Card>
        <AccountPasswordForm {...props} />
      </Card>
    </AccountLayout>
  );
}

export function AccountPasswordForm({ frame: { words, hasMail }, email, state }: AccountPasswordProps) {
  const { problems = {} } = state;
  return (
    <Form id="password-form" action="/account/password">
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="current"
        label={words.password.current}
        autocomplete="current-password"
        problem={problems.current}
        autofocus={problems.current !== undefined}
        forgot={hasMail ? { href: "/forgot-password", label: words.signIn.forgot } : undefined}
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
      <Choice id="others" label={words.password.signOutOthers} checked={state.signOutOthers} />
      <FormProblem words={words} state={state} />
      <Button label={words.password.action} working={words.password.working} />
    </Form>
  );
}

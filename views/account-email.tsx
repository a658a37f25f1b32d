import { Unverified } from "./account";
import { AccountLayout } from "./account-layout";
import { Field, Form, SubmitButton, type FormState } from "./kit";
import { FormProblem } from "./problems";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";

export interface AccountEmailProps {
  frame: PageContext;
  owner: { email: string; emailVerified: boolean };
  state: FormState<"email">;
  notice?: NoticeKey;
}

export function AccountEmailPage(props: AccountEmailProps) {
  const { frame, owner, notice } = props;
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/email" notice={notice}>
      <dl class="facts">
        <dt safe>{words.email.current}</dt>
        <dd safe>{owner.email}</dd>
      </dl>
      {owner.emailVerified || !frame.hasMail ? "" : <Unverified words={words} />}
      {frame.hasMail ? <AccountEmailForm {...props} /> : <p safe>{words.email.off}</p>}
    </AccountLayout>
  );
}

export function AccountEmailForm({ frame: { words }, state }: AccountEmailProps) {
  const { values = {}, problems = {} } = state;
  return (
    <Form id="email-form" action="/account/email">
      <Field
        words={words}
        name="email"
        label={words.email.newEmail}
        type="email"
        autocomplete="email"
        hint={words.email.hint}
        value={values.email}
        problem={problems.email}
        autofocus={problems.email !== undefined}
      />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.email.action} working={words.email.working} />
    </Form>
  );
}

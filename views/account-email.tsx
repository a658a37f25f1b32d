import { Unverified } from "./account-overview";
import { AccountLayout } from "./account-layout";
import { Button, Field, Form, isWrong, type FormState } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card, Row, Rows } from "./rows";

export interface AccountEmailProps {
  frame: PageContext;
  owner: { email: string; emailVerified: boolean };
  state: FormState<"email">;
  notice?: NoticeKey;
}

export function AccountEmailPage(props: AccountEmailProps) {
  const { frame, owner, notice, state } = props;
  const { words, hasMail } = frame;
  const badge = owner.emailVerified ? { text: words.overview.confirmed } : undefined;
  return (
    <AccountLayout frame={frame} here="/account/email" notice={notice} wrong={isWrong(state)}>
      {owner.emailVerified || !hasMail ? "" : <Unverified words={words} />}
      <Card>
        <Rows>
          <Row icon="mail" title={owner.email} badge={badge} facts={<span safe>{words.email.current}</span>} />
        </Rows>
      </Card>
      <Card>{hasMail ? <AccountEmailForm {...props} /> : <p safe>{words.email.off}</p>}</Card>
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
      <Button label={words.email.action} working={words.email.working} />
    </Form>
  );
}

import { Unverified } from "./account-overview";
import { AccountLayout } from "./account-layout";
import { Button, Field, Hidden, isWrong, OwnForm, type FormState } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card, Row, Rows } from "./rows";

export interface AccountEmailProps {
  frame: PageContext;
  owner: { email: string; emailVerified: boolean };
  /** The address that was asked for and has not confirmed yet. */
  pending?: string;
  state: FormState<"email">;
  notice?: NoticeKey;
  /** What scripts tell the browser once the address has changed. */
  unseen?: readonly JSX.Element[];
}

export function AccountEmailPage(props: AccountEmailProps) {
  const { frame, owner, pending, notice, state, unseen = [] } = props;
  const { words, hasMail } = frame;
  const badge = owner.emailVerified ? { text: words.overview.confirmed } : undefined;
  return (
    <AccountLayout frame={frame} here="/account/email" notice={notice} wrong={isWrong(state)}>
      {owner.emailVerified || !hasMail ? "" : <Unverified words={words} />}
      <Card>
        <Rows>
          <Row icon="mail" title={owner.email} badge={badge} facts={<span safe>{words.email.current}</span>} />
          {pending ? <Pending frame={frame} email={pending} /> : ""}
        </Rows>
      </Card>
      <Card>{hasMail ? <AccountEmailForm {...props} /> : <p safe>{words.email.off}</p>}</Card>
      {unseen.map((script) => script as "safe")}
    </AccountLayout>
  );
}

/** The address that is waited for: its mail can be sent once more, and the change taken back. */
function Pending({ frame, email }: { frame: PageContext; email: string }) {
  const { words } = frame;
  return (
    <Row icon="mail" title={email} facts={<span safe>{words.email.pending}</span>}>
      <div class="acts">
        <OwnForm frame={frame} id="again-form" action="/account/email">
          <Hidden name="email" value={email} />
          <Button kind="secondary" label={words.email.again} working={words.email.working} />
        </OwnForm>
        <OwnForm frame={frame} id="cancel-form" action="/account/email">
          <Hidden name="cancel" value="on" />
          <Button kind="quiet danger" label={words.email.cancel} working={words.email.cancelling} />
        </OwnForm>
      </div>
    </Row>
  );
}

export function AccountEmailForm({ frame, state }: AccountEmailProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  return (
    <OwnForm frame={frame} id="email-form" action="/account/email">
      <Field
        words={words}
        name="email"
        label={words.email.newEmail}
        type="email"
        autocomplete="email"
        hint={words.email.hint}
        value={values.email}
        problem={problems.email}
      />
      <FormProblem words={words} state={state} />
      <Button label={words.email.action} working={words.email.working} />
    </OwnForm>
  );
}

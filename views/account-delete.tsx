import { AccountLayout } from "./account-layout";
import { Icon } from "./icons";
import { Button, ButtonLink, Form, Hidden, isWrong, OwnForm, type FormState } from "./kit";
import { Layout, type PageContext } from "./layout";
import { FormProblem } from "./problems";
import { Card } from "./rows";
import { Written } from "./sentence";

export interface AccountDeleteProps {
  frame: PageContext;
  /** When the account will be gone; undefined while it is to stay. */
  due?: Date;
}

export function AccountDeletePage({ frame, due }: AccountDeleteProps) {
  return due ? <Keep frame={frame} due={due} /> : <Delete frame={frame} />;
}

function Delete({ frame }: { frame: PageContext }) {
  const { deletion } = frame.words;
  return (
    <AccountLayout frame={frame} here="/account/delete">
      <Card>
        <p safe>{deletion.whatHappens}</p>
        <ul class="points">
          {deletion.consequences.map((consequence) => (
            <li safe>{consequence}</li>
          ))}
        </ul>
        <ButtonLink kind="danger" href="/account/delete?step=sure" label={deletion.action} />
      </Card>
    </AccountLayout>
  );
}

export interface SureProps {
  frame: PageContext;
  email: string;
  state: FormState<string>;
}

/** The second step, for whoever proved a short while ago who they are: the others are asked for their password. */
export function SurePage(props: SureProps) {
  const { frame, email, state } = props;
  const { sure, sureTitle } = frame.words.deletion;
  return (
    <Layout frame={frame} title={sureTitle} icon="trash" lead={<span safe>{sure}</span>} wrong={isWrong(state)}>
      <p class="who">
        <Icon name="profile" />
        <Written text={email} />
      </p>
      <SureForm {...props} />
    </Layout>
  );
}

export function SureForm({ frame, state }: SureProps) {
  const { words } = frame;
  return (
    <OwnForm frame={frame} id="delete-form" action="/account/delete">
      <FormProblem words={words} state={state} />
      <Button kind="danger" label={words.deletion.action} working={words.deletion.working} />
      <ButtonLink href="/account/delete" label={words.common.cancel} />
    </OwnForm>
  );
}

/** The page of an account that is closing: kept, taken along or left, so nothing else is offered. */
function Keep({ frame, due }: { frame: PageContext; due: Date }) {
  const { words, timeZone } = frame;
  const { deletion, signOut } = words;
  return (
    <Layout
      frame={frame}
      title={deletion.dueTitle}
      icon="trash"
      lead={<span safe>{deletion.due(words.instant(due, timeZone))}</span>}
    >
      <OwnForm frame={frame} id="keep-form" action="/account/delete">
        <Hidden name="keep" value="on" />
        <Button label={deletion.keep} working={deletion.keeping} />
      </OwnForm>
      <OwnForm frame={frame} id="export-form" action="/account/export" download>
        <Button kind="secondary" icon="download" label={words.export.action} working={words.export.working} />
      </OwnForm>
      <Form id="sign-out" action="/sign-out">
        <Button kind="secondary" label={signOut.action} working={signOut.working} />
      </Form>
    </Layout>
  );
}

import { AccountLayout } from "./account-layout";
import { Button, Form, Hidden } from "./kit";
import { Layout, type PageContext } from "./layout";
import { Card } from "./rows";

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
        <Form id="delete-form" action="/account/delete">
          <p safe>{deletion.whatHappens}</p>
          <ul class="points">
            {deletion.consequences.map((consequence) => (
              <li safe>{consequence}</li>
            ))}
          </ul>
          <Button kind="danger" label={deletion.action} working={deletion.working} />
        </Form>
      </Card>
    </AccountLayout>
  );
}

/** The page of an account that is closing: nothing else can be done with it, so nothing else is offered. */
function Keep({ frame, due }: { frame: PageContext; due: Date }) {
  const { words } = frame;
  const { deletion, signOut } = words;
  return (
    <Layout
      frame={frame}
      title={deletion.dueTitle}
      icon="trash"
      lead={<span safe>{deletion.due(words.date(due))}</span>}
    >
      <Form id="keep-form" action="/account/delete">
        <Hidden name="keep" value="on" />
        <Button label={deletion.keep} working={deletion.keeping} />
      </Form>
      <Form id="sign-out" action="/sign-out">
        <Button kind="secondary" label={signOut.action} working={signOut.working} />
      </Form>
    </Layout>
  );
}

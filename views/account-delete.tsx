import { AccountLayout } from "./account-layout";
import { Form, Hidden, SubmitButton } from "./kit";
import type { PageContext } from "./layout";

export interface AccountDeleteProps {
  frame: PageContext;
  /** When the account will be gone; undefined while it is to stay. */
  due?: Date;
}

export function AccountDeletePage({ frame, due }: AccountDeleteProps) {
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/delete">
      {due ? <Keep words={words} due={due} /> : <Delete words={words} />}
    </AccountLayout>
  );
}

function Delete({ words }: { words: PageContext["words"] }) {
  return (
    <>
      <p safe>{words.deletion.text}</p>
      <Form id="delete-form" action="/account/delete">
        <SubmitButton kind="danger" label={words.deletion.action} working={words.deletion.working} />
      </Form>
    </>
  );
}

function Keep({ words, due }: { words: PageContext["words"]; due: Date }) {
  return (
    <>
      <p class="alert" safe>
        {`${words.deletion.dueTitle}. ${words.deletion.due(words.date(due))}`}
      </p>
      <Form id="keep-form" action="/account/delete">
        <Hidden name="keep" value="on" />
        <SubmitButton label={words.deletion.keep} working={words.deletion.keeping} />
      </Form>
    </>
  );
}

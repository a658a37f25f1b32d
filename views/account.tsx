import { Field, Form, FormProblem, SubmitButton, type FormState } from "./kit";
import { Layout, type Frame } from "./layout";
import type { NoticeKey } from "./messages";

export interface AccountProps {
  frame: Frame;
  owner: { name: string; email: string; createdAt: Date };
  signedInUntil: Date;
  state: FormState<"name">;
  notice?: NoticeKey;
}

export function AccountPage(props: AccountProps) {
  const { words } = props.frame;
  const { owner, signedInUntil } = props;
  return (
    <Layout frame={props.frame} title={words.account.title}>
      <h1 safe>{words.account.title}</h1>
      <section aria-labelledby="profile">
        <h2 id="profile" safe>
          {words.account.profile}
        </h2>
        <NameForm {...props} />
        <dl class="facts">
          <dt safe>{words.common.email}</dt>
          <dd safe>{owner.email}</dd>
          <dt safe>{words.account.memberSince}</dt>
          <dd>
            <Day words={words} date={owner.createdAt} />
          </dd>
        </dl>
      </section>
      <section aria-labelledby="session">
        <h2 id="session" safe>
          {words.account.session}
        </h2>
        <dl class="facts">
          <dt safe>{words.account.signedInUntil}</dt>
          <dd>
            <Day words={words} date={signedInUntil} />
          </dd>
        </dl>
        <Form id="sign-out" action="/sign-out">
          <SubmitButton kind="secondary" label={words.signOut.action} working={words.signOut.working} />
        </Form>
      </section>
    </Layout>
  );
}

export function NameForm({ frame: { words }, owner, state, notice }: AccountProps) {
  const { values = {}, problems = {} } = state;
  return (
    <Form id="name-form" action="/account">
      <Field
        words={words}
        name="name"
        label={words.common.name}
        autocomplete="name"
        value={values.name ?? owner.name}
        problem={problems.name}
        done={notice && words.notices[notice]}
        autofocus={problems.name !== undefined}
      />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.account.saveName} working={words.account.saving} />
    </Form>
  );
}

function Day({ words, date }: { words: Frame["words"]; date: Date }) {
  return (
    <time datetime={date.toISOString()} safe>
      {words.date(date)}
    </time>
  );
}

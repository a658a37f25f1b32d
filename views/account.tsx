import { AccountLayout } from "./account-layout";
import { Field, Form, SubmitButton, type FormState } from "./kit";
import { FormProblem } from "./problems";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { Day } from "./time";

export interface AccountProps {
  frame: PageContext;
  owner: { name: string; email: string; emailVerified: boolean; image: string | null; createdAt: Date };
  state: FormState<"name">;
  notice?: NoticeKey;
}

export function AccountPage(props: AccountProps) {
  const { frame, owner, notice } = props;
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account" notice={notice === "name_saved" ? undefined : notice}>
      {owner.emailVerified || !frame.hasMail ? "" : <Unverified words={words} />}
      <NameForm {...props} />
      {owner.image === null ? "" : <PictureForm words={words} />}
      <dl class="facts">
        <dt safe>{words.common.email}</dt>
        <dd safe>{owner.email}</dd>
        <dt safe>{words.account.memberSince}</dt>
        <dd>
          <Day words={words} date={owner.createdAt} />
        </dd>
      </dl>
    </AccountLayout>
  );
}

/** To whoever has not confirmed their address yet: where to do it. */
export function Unverified({ words }: { words: PageContext["words"] }) {
  return (
    <p class="hint">
      <span safe>{words.account.unverified}</span>{" "}
      <a href="/verify-email" safe>
        {words.account.verify}
      </a>
    </p>
  );
}

/** The picture itself is not shown: it may be at any address, which would learn who looks. */
function PictureForm({ words }: { words: PageContext["words"] }) {
  return (
    <Form id="picture-form" action="/account/picture">
      <p class="hint" safe>
        {words.account.hasPicture}
      </p>
      <SubmitButton kind="secondary" label={words.account.removePicture} working={words.account.removing} />
    </Form>
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
        done={notice === "name_saved" ? words.notices.name_saved : undefined}
        autofocus={problems.name !== undefined}
      />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.account.saveName} working={words.account.saving} />
    </Form>
  );
}

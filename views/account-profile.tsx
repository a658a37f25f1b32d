import { AccountLayout } from "./account-layout";
import { Avatar } from "./avatar";
import { Button, Field, Form, isWrong, type FormState } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card } from "./rows";
import { Day } from "./time";

export interface AccountProfileProps {
  frame: PageContext;
  owner: { name: string; email: string; emailVerified: boolean; image: string | null; createdAt: Date };
  state: FormState<"name">;
  notice?: NoticeKey;
}

export function AccountProfilePage(props: AccountProfileProps) {
  const { frame, owner, notice, state } = props;
  const { words } = frame;
  return (
    <AccountLayout
      frame={frame}
      here="/account/profile"
      notice={notice === "name_saved" ? undefined : notice}
      wrong={isWrong(state)}
    >
      <Card>
        <NameForm {...props} />
      </Card>
      {owner.image === null ? "" : <Picture words={words} owner={owner} />}
      <Card>
        <dl class="facts">
          <dt safe>{words.common.email}</dt>
          <dd>
            <bdi safe>{owner.email}</bdi>
          </dd>
          <dt safe>{words.account.memberSince}</dt>
          <dd>
            <Day words={words} date={owner.createdAt} />
          </dd>
        </dl>
      </Card>
    </AccountLayout>
  );
}

/** A picture at some other address is not shown: that would learn who looks. */
function Picture({ words, owner }: { words: PageContext["words"]; owner: AccountProfileProps["owner"] }) {
  return (
    <Card>
      <div class="beside">
        <Avatar owner={owner} large />
        <Form id="picture-form" action="/account/picture">
          <p class="hint" safe>
            {words.account.hasPicture}
          </p>
          <Button kind="secondary" label={words.account.removePicture} working={words.account.removing} />
        </Form>
      </div>
    </Card>
  );
}

export function NameForm({ frame: { words }, owner, state, notice }: AccountProfileProps) {
  const { values = {}, problems = {} } = state;
  return (
    <Form id="name-form" action="/account/profile">
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
      <Button label={words.account.saveName} working={words.account.saving} />
    </Form>
  );
}

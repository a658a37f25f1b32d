import { AccountLayout } from "./account-layout";
import { Avatar } from "./avatar";
import { Button, Field, isWrong, OwnForm, type FormState } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card } from "./rows";
import { Written } from "./sentence";
import { Day } from "./time";

export interface AccountProfileProps {
  frame: PageContext;
  owner: { name: string; email: string; image: string | null; createdAt: Date };
  state: FormState<"name">;
  /** What was wrong with a picture. */
  pictureState?: FormState<never>;
  notice?: NoticeKey;
}

export function AccountProfilePage(props: AccountProfileProps) {
  const { frame, owner, notice, state, pictureState = {} } = props;
  const { words } = frame;
  return (
    <AccountLayout
      frame={frame}
      here="/account/profile"
      notice={notice === "name_saved" ? undefined : notice}
      wrong={isWrong(state) || isWrong(pictureState)}
    >
      <Card>
        <NameForm {...props} />
      </Card>
      <Picture frame={frame} owner={owner} state={pictureState} />
      <Card>
        <dl class="facts">
          <dt safe>{words.common.email}</dt>
          <dd>
            <Written text={owner.email} />
          </dd>
          <dt safe>{words.account.memberSince}</dt>
          <dd>
            <Day frame={frame} date={owner.createdAt} />
          </dd>
        </dl>
      </Card>
    </AccountLayout>
  );
}

interface PictureProps {
  frame: PageContext;
  owner: AccountProfileProps["owner"];
  state: FormState<never>;
}

/** A picture at some other address is not shown: that would learn who looks. */
function Picture({ frame, owner, state }: PictureProps) {
  const { words } = frame;
  const { account } = words;
  return (
    <Card title={account.picture}>
      <div class="beside">
        <Avatar owner={owner} large />
        <OwnForm frame={frame} id="upload-form" action="/account/picture/upload" upload>
          <div class="field">
            <label for="picture" safe>
              {account.newPicture}
            </label>
            <input
              id="picture"
              name="picture"
              type="file"
              accept={formats}
              required
              autofocus={isWrong(state)}
              aria-describedby="picture-hint"
            />
            <p id="picture-hint" class="note" safe>
              {account.pictureHint}
            </p>
          </div>
          <FormProblem words={words} state={state} />
          <Button kind="secondary" label={account.savePicture} working={account.uploading} />
        </OwnForm>
      </div>
      {owner.image === null ? "" : <RemovePicture frame={frame} />}
    </Card>
  );
}

const formats = "image/png,image/jpeg,image/webp";

function RemovePicture({ frame }: Pick<PictureProps, "frame">) {
  const { account } = frame.words;
  return (
    <OwnForm frame={frame} id="picture-form" action="/account/picture">
      <p class="hint" safe>
        {account.hasPicture}
      </p>
      <Button kind="quiet danger" label={account.removePicture} working={account.removing} />
    </OwnForm>
  );
}

export function NameForm({ frame, owner, state, notice }: AccountProfileProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  return (
    <OwnForm frame={frame} id="name-form" action="/account/profile">
      <Field
        words={words}
        name="name"
        label={words.common.name}
        autocomplete="name"
        value={values.name ?? owner.name}
        problem={problems.name}
        done={notice === "name_saved" ? words.notices.name_saved : undefined}
      />
      <FormProblem words={words} state={state} />
      <Button label={words.account.saveName} working={words.account.saving} />
    </OwnForm>
  );
}

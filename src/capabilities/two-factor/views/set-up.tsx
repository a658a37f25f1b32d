import { AccountLayout } from "../../../../views/account-layout";
import { Button, ButtonLink, Field, Hidden, isWrong, OwnForm, ReturnTo, type FormState } from "../../../../views/kit";
import { attribute, Layout, type PageContext } from "../../../../views/layout";
import { FormProblem } from "../../../../views/problems";
import { Card } from "../../../../views/rows";
import { inGroups } from "../time-code";
import type { FactorWords } from "../words/en";
import { QrCode } from "./qr";

export interface SetUpProps {
  frame: PageContext;
  own: FactorWords;
  state: FormState<"code">;
  /** What the app is given: the secret in base32, and the address that says whose it is. */
  secret: string;
  uri: string;
  /** The secret as the form carries it: sealed, so that it comes back as it went out. */
  sealed: string;
  /** Where the form leads, and where to go instead. */
  action: string;
  cancel: string;
  returnTo?: string;
}

/** Sets up an app from the account. */
export function SetUpPage(props: SetUpProps) {
  const { frame, own, state } = props;
  return (
    <AccountLayout frame={frame} here="/account/security/second-factor" title={own.setUp.title} wrong={isWrong(state)}>
      <Card>
        <SetUpForm {...props} />
      </Card>
    </AccountLayout>
  );
}

/** The same on the way to a session, where a second factor is required. */
export function SetUpAtSignInPage(props: SetUpProps) {
  const { frame, own, state } = props;
  const lead = <span safe>{own.setUp.required}</span>;
  return (
    <Layout frame={frame} title={own.setUp.title} icon="shield" lead={lead} wrong={isWrong(state)} lists>
      <SetUpForm {...props} />
    </Layout>
  );
}

export function SetUpForm({ frame, own, state, secret, uri, sealed, action, cancel, returnTo }: SetUpProps) {
  const { words } = frame;
  const { setUp } = own;
  return (
    <OwnForm frame={frame} id="set-up" action={action}>
      <Hidden name="act" value="confirm" />
      <Hidden name="sealed" value={sealed} />
      <ReturnTo value={returnTo} />
      <h2 safe>{setUp.scan}</h2>
      <p class="hint" safe>
        {setUp.scanText}
      </p>
      <QrCode text={uri} label={setUp.picture} />
      <p>
        <a href={attribute(uri)} safe>
          {setUp.open}
        </a>
      </p>
      <p safe>{setUp.secret}</p>
      <p class="secret">
        <code safe>{inGroups(secret)}</code>
      </p>
      <Field
        words={words}
        name="code"
        label={own.code}
        type="code"
        autocomplete="one-time-code"
        hint={setUp.confirm}
        problem={state.problems?.code}
      />
      <FormProblem words={words} state={state} />
      <Button label={setUp.action} working={own.working} />
      <ButtonLink href={cancel} label={words.common.cancel} />
    </OwnForm>
  );
}

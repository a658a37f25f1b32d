import { Button, ButtonLink, Field, Form, Hidden, isWrong, ReturnTo, startIn, TimeZone } from "../../../views/kit";
import { withReturnTo, type FormState } from "../../../views/kit";
import { attribute, Layout } from "../../../views/layout";
import { Breaking } from "../../../views/sentence";
import { hintOfDomains } from "../../../views/sign-up";
import { FormProblem } from "../../../views/problems";
import { PasskeyButton, Script, WithoutPasskeys, type Frame } from "./sign-in-views";

/** Below the form to sign up: another way, seen only where it can work. */
export function SignUpPart({ own, script, href }: Pick<Frame, "own" | "script"> & { href: string }) {
  return (
    <div class="scripted" data-if-passkeys>
      <p class="or" safe>
        {own.signIn.or}
      </p>
      <ButtonLink href={href} label={own.signUp.begin} />
      <Script script={script} />
    </div>
  );
}

export interface SignUpProps extends Frame {
  path: string;
  returnTo?: string;
  state: FormState<"name" | "email">;
}

/** `/sign-up/passkey`: name and address, and no password. */
export function SignUpPage(props: SignUpProps) {
  const { frame, own, state, returnTo } = props;
  return (
    <Layout
      frame={frame}
      title={own.signUp.title}
      icon="key"
      lead={<span safe>{own.signUp.lead}</span>}
      wrong={isWrong(state)}
      below={<WithPassword own={own} href={withReturnTo("/sign-up", returnTo)} />}
    >
      <SignUpForm {...props} />
    </Layout>
  );
}

function WithPassword({ own, href }: Pick<Frame, "own"> & { href: string }) {
  return (
    <p>
      <a href={attribute(href)} safe>
        {own.signUp.withPassword}
      </a>
    </p>
  );
}

export function SignUpForm({ frame, own, path, state, returnTo }: SignUpProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  const start = startIn(["name", "email"], state);
  const field = (name: "name" | "email") => ({
    ...{ words, name, value: values[name], problem: problems[name], autofocus: start === name },
  });
  return (
    <Form id="sign-up-passkey" action={path}>
      <TimeZone />
      <Field {...field("name")} label={words.common.name} autocomplete="name" />
      <Field
        {...field("email")}
        label={words.common.email}
        type="email"
        autocomplete="email"
        hint={hintOfDomains(frame)}
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <Button label={own.signUp.next} working={words.signUp.working} />
    </Form>
  );
}

export interface MakeProps extends Frame {
  path: string;
  email: string;
  returnTo?: string;
  state: FormState<"new">;
}

/** `/sign-up/passkey/make`: the address is confirmed, and the passkey is still to be made. */
export function MakePage(props: MakeProps) {
  const { frame, own, state, email } = props;
  return (
    <Layout
      frame={frame}
      title={own.signUp.makeTitle}
      icon="key"
      lead={<Breaking text={own.signUp.makeLead(email)} />}
      wrong={isWrong(state)}
      below={<WithPassword own={own} href="/forgot-password" />}
    >
      <MakeForm {...props} />
      <Script script={props.script} />
    </Layout>
  );
}

/** The button that makes it; where it cannot work, a sentence says so. */
export function MakeForm({ frame: { words }, own, path, returnTo, state }: MakeProps) {
  return (
    <Form id="make-passkey" action={path}>
      <Hidden name="new" value="" />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <div class="scripted" data-if-passkeys>
        <PasskeyButton
          kind="add"
          asks="/sign-up/passkey/options"
          action={own.signUp.make}
          working={own.add.working}
          look="primary"
        />
      </div>
      <WithoutPasskeys own={own} />
    </Form>
  );
}

import { Icon } from "./icons";
import { Button, ButtonLink, Hidden, isWrong, OwnForm, PasswordField, UsernameForManagers } from "./kit";
import type { FormState } from "./kit";
import { Layout, type PageContext } from "./layout";
import { FormProblem } from "./problems";
import { Written } from "./sentence";

export interface ProofProps {
  frame: PageContext;
  /** What was asked for, to be asked again together with the password. */
  action: string;
  asked: Record<string, string>;
  email: string;
  state: FormState<"proof">;
  /** What the password is for, in the words of its page: a sentence, and the label of the button. */
  purpose: { text: string; action: string; isDanger?: boolean };
  /** Whether there is a password to be asked for. */
  hasPassword: boolean;
  /** What is asked for together with the password. */
  withPassword: readonly JSX.Element[];
  /** Other ways to prove it, each in the same form. */
  others: readonly JSX.Element[];
}

/** Asks for the password once more, or for what there is in its place: says what for and for whom, and then does it. */
export function ProofPage(props: ProofProps) {
  const { frame, email, state, purpose } = props;
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.proof.title}
      icon="password"
      lead={<span safe>{purpose.text}</span>}
      wrong={isWrong(state)}
    >
      <p class="who">
        <Icon name="profile" />
        <Written text={email} />
      </p>
      <ProofForm {...props} />
    </Layout>
  );
}

function ProofForm(props: ProofProps) {
  const { frame, action, asked, state, hasPassword, others } = props;
  const { words } = frame;
  return (
    <OwnForm frame={frame} id="proof-form" action={action}>
      {Object.entries(asked).map(([name, value]) => (
        <Hidden name={name} value={value} />
      ))}
      {hasPassword ? <Password {...props} /> : <FormProblem words={words} state={state} />}
      {others.map((other) => other as "safe")}
      {hasPassword || others.length > 0 ? "" : <ButtonLink href={passwordPage} label={words.password.make} />}
      <ButtonLink href={action} label={words.common.cancel} />
    </OwnForm>
  );
}

function Password({ frame: { words, hasMail }, email, state, purpose, withPassword }: ProofProps) {
  return (
    <>
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="proof"
        label={words.common.password}
        autocomplete="current-password"
        problem={state.problems?.proof}
        autofocus
        forgot={hasMail ? { href: "/forgot-password", label: words.signIn.forgot } : undefined}
      />
      {withPassword.map((field) => field as "safe")}
      <FormProblem words={words} state={state} />
      <Button kind={purpose.isDanger ? "danger" : "primary"} label={purpose.action} working={words.proof.working} />
    </>
  );
}

/** Where whoever has nothing to prove it with makes a password. */
const passwordPage = "/account/password";

import { Form, Hidden, PasswordField, SubmitButton, type FormState, UsernameForManagers } from "./kit";
import { FormProblem } from "./problems";
import { Layout, type PageContext } from "./layout";

export interface ProofProps {
  frame: PageContext;
  /** What was asked for, to be asked again together with the password. */
  action: string;
  asked: Record<string, string>;
  email: string;
  /** The answer will be a file. */
  download?: boolean;
  state: FormState<"proof">;
}

/** Asks for the password once more, and then goes on with what was asked. */
export function ProofPage(props: ProofProps) {
  const { words } = props.frame;
  return (
    <Layout frame={props.frame} title={words.proof.title}>
      <h1 safe>{words.proof.title}</h1>
      <p safe>{words.proof.text}</p>
      <ProofForm {...props} />
    </Layout>
  );
}

export function ProofForm({ frame: { words }, action, asked, email, download, state }: ProofProps) {
  return (
    <Form id="proof-form" action={action} download={download}>
      {Object.entries(asked).map(([name, value]) => (
        <Hidden name={name} value={value} />
      ))}
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="proof"
        label={words.common.password}
        autocomplete="current-password"
        problem={state.problems?.proof}
        autofocus
      />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.proof.action} working={words.proof.working} />
    </Form>
  );
}

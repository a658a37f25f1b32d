import { Button, Field, Form, Hidden, isWrong, ReturnTo, withReturnTo, type FormState } from "./kit";
import { attribute, Layout, type PageContext } from "./layout";
import { OpenMailbox } from "./mailbox";
import { FormProblem, waitForNextMail } from "./problems";
import { Sentence } from "./sentence";

export interface ForgotPasswordProps {
  frame: PageContext;
  state: FormState<"email">;
  returnTo?: string;
  /** Whether a mail was ordered: then the page says where to look for it. */
  isSent?: boolean;
}

export function ForgotPasswordPage(props: ForgotPasswordProps) {
  const { frame, state, returnTo, isSent } = props;
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={isSent ? words.forgot.sentTitle : words.forgot.title}
      icon={isSent ? "mail" : undefined}
      lead={isSent ? <Sent {...props} /> : <span safe>{words.forgot.intro}</span>}
      wrong={isWrong(state)}
      below={
        <p>
          <span safe>{words.forgot.remembered}</span>{" "}
          <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
            {words.common.signIn}
          </a>
        </p>
      }
    >
      <ForgotPasswordForm {...props} />
    </Layout>
  );
}

/** The same whether anybody has the address. */
function Sent({ frame: { words }, state: { values = {} } }: ForgotPasswordProps) {
  return (
    <span role="status">
      {values.email ? (
        <Sentence around={values.email} words={words.forgot.sentTo} />
      ) : (
        <span safe>{words.notices.reset_asked}</span>
      )}
    </span>
  );
}

export function ForgotPasswordForm(props: ForgotPasswordProps) {
  const { frame, state, returnTo, isSent } = props;
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  if (isSent && values.email && !problems.email) return <AgainForm {...props} email={values.email} />;
  return (
    <Form id="forgot" action="/forgot-password">
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete="username"
        value={values.email}
        problem={problems.email}
        autofocus
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <Button label={words.forgot.action} working={words.forgot.working} />
    </Form>
  );
}

function AgainForm({ frame: { words }, state, returnTo, email }: ForgotPasswordProps & { email: string }) {
  return (
    <Form id="forgot" action="/forgot-password">
      <Hidden name="email" value={email} />
      <Hidden name="again" value="on" />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <p class="hint" {...(!state.problems?.form && waitForNextMail)}>
        <span safe>{words.forgot.noMail}</span>
        <OpenMailbox words={words} email={email} />{" "}
        <a href={attribute(withReturnTo("/forgot-password", returnTo))} safe>
          {words.forgot.otherAddress}
        </a>
      </p>
      <Button kind="secondary" label={words.forgot.again} working={words.forgot.working} />
    </Form>
  );
}

import { Field, Form, Hidden, ReturnTo, startIn, SubmitButton, withReturnTo, type FormState } from "./kit";
import { FormProblem, Notice } from "./problems";
import { attribute, Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";

export interface VerifyEmailProps {
  frame: PageContext;
  state: FormState<"email" | "code">;
  returnTo?: string;
  notice?: NoticeKey;
  /** Whether to offer going on without: not to somebody who is signed in already. */
  canSignIn: boolean;
}

/** For whoever has the mail elsewhere: the six digits from it are typed here. */
export function VerifyEmailPage(props: VerifyEmailProps) {
  const { frame, state, returnTo, canSignIn } = props;
  const { words } = frame;
  const address = state.values?.email;
  return (
    <Layout frame={frame} title={words.verify.title}>
      <h1 safe>{words.verify.title}</h1>
      <p safe>{address ? words.verify.sentTo(masked(address)) : words.verify.sent}</p>
      <VerifyEmailForm {...props} />
      <ResendForm {...props} state={address ? { values: { email: address } } : {}} />
      {canSignIn ? (
        <p class="aside">
          <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
            {words.verify.later}
          </a>
        </p>
      ) : (
        ""
      )}
    </Layout>
  );
}

export function VerifyEmailForm({ frame: { words }, state, returnTo, notice }: VerifyEmailProps) {
  const { values = {}, problems = {} } = state;
  const start = startIn(["email", "code"], state);
  return (
    <Form id="verify" action="/verify-email">
      <Notice text={notice && words.notices[notice]} />
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete="username"
        value={values.email}
        problem={problems.email}
        autofocus={start === "email"}
      />
      <Field
        words={words}
        name="code"
        label={words.common.code}
        type="code"
        autocomplete="one-time-code"
        hint={words.verify.codeHint}
        problem={problems.code}
        autofocus={start === "code"}
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <SubmitButton label={words.verify.action} working={words.verify.working} />
    </Form>
  );
}

/** Enough of an address to know which one it is, for whoever reads along. */
const masked = (address: string) => address.replace(/^(.).*@/, "$1•••@");

/** Asks for another mail, to the address that was given before, or to one that is given now. */
export function ResendForm({ frame: { words }, state, returnTo }: VerifyEmailProps) {
  const { values = {} } = state;
  return (
    <Form id="resend" action="/verify-email">
      <p class="aside" safe>
        {words.verify.noMail}
      </p>
      <Hidden name="resend" value="on" />
      {values.email ? <Hidden name="email" value={values.email} /> : <ResendAddress words={words} state={state} />}
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <SubmitButton kind="secondary" label={words.verify.resend} working={words.verify.resending} />
    </Form>
  );
}

function ResendAddress({ words, state }: { words: PageContext["words"]; state: FormState<"email" | "code"> }) {
  return (
    <Field
      id="resend-email"
      words={words}
      name="email"
      label={words.common.email}
      type="email"
      autocomplete="username"
      problem={state.problems?.email}
    />
  );
}

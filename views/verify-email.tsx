import { Button, Field, Form, Hidden, isWrong, ReturnTo, startIn, withReturnTo, type FormState } from "./kit";
import { attribute, Layout, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { OpenMailbox } from "./mailbox";
import { FormProblem, Notice, waitForNextMail } from "./problems";
import { Sentence } from "./sentence";

export interface VerifyEmailProps {
  frame: PageContext;
  state: FormState<"email" | "code">;
  returnTo?: string;
  notice?: NoticeKey;
  /** What is to be said of another mail, where that was asked for. */
  resend?: FormState<"email" | "code">;
  /** Whether a mail was sent just now: then the next one waits. */
  isSent?: boolean;
  /** Whether to offer going on without: not to somebody who is signed in already. */
  canSignIn: boolean;
}

/** For whoever has the mail elsewhere: the six digits from it are typed here. */
export function VerifyEmailPage(props: VerifyEmailProps) {
  const { frame, state, returnTo, canSignIn, resend } = props;
  const { words } = frame;
  const address = state.values?.email;
  const again = { values: { email: address }, ...resend };
  return (
    <Layout
      frame={frame}
      title={words.verify.title}
      icon="mail"
      wrong={isWrong(state) || isWrong(resend ?? {})}
      below={
        canSignIn ? (
          <p>
            <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
              {words.verify.later}
            </a>
          </p>
        ) : undefined
      }
    >
      <VerifyEmailForm {...props} />
      {address ? <ResendForm {...props} state={again} /> : <ResendElsewhere {...props} state={resend ?? {}} />}
    </Layout>
  );
}

/** The page again, after another mail was asked for and did not come about. */
export function ResendPage(props: VerifyEmailProps) {
  const { values, problems = {} } = props.state;
  return VerifyEmailPage({ ...props, state: { values: problems.email ? {} : values }, resend: props.state });
}

export function VerifyEmailForm(props: VerifyEmailProps) {
  const { state, returnTo, notice, canSignIn, resend } = props;
  const { words } = props.frame;
  const { values = {}, problems = {} } = state;
  // None where the address for another mail was wrong: that field has the focus.
  const start = resend?.problems?.email ? undefined : startIn(["email", "code"], state);
  return (
    <Form id="verify" action="/verify-email">
      {values.email && !problems.email ? (
        <KnownAddress {...props} email={values.email} />
      ) : (
        <Address {...props} isStart={start === "email"} />
      )}
      <Notice text={notice && words.notices[notice]} />
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
      {problems.code === "code_wrong" && canSignIn ? <Confirmed words={words} returnTo={returnTo} /> : ""}
      <Button label={words.verify.action} working={words.verify.working} />
    </Form>
  );
}

/** A code is used up by its mail's link, which may have been opened on a phone. Said to everybody: it tells nothing. */
function Confirmed({ words, returnTo }: Pick<VerifyEmailProps, "returnTo"> & Pick<PageContext, "words">) {
  return (
    <p class="hint">
      <span safe>{words.verify.confirmed}</span>{" "}
      <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
        {words.common.signIn}
      </a>
    </p>
  );
}

/** The address that was given before is said; whoever mistyped it goes back to where it was given. */
function KnownAddress({ frame: { words, signUp }, email, canSignIn, returnTo }: VerifyEmailProps & { email: string }) {
  return (
    <>
      <Hidden name="email" value={email} />
      <p class="lead">
        <Sentence around={email} words={words.verify.sentTo} />{" "}
        {canSignIn && (signUp === "closed" || signUp === "invited") ? (
          ""
        ) : (
          <a href={canSignIn ? attribute(withReturnTo("/sign-up", returnTo)) : "/account/email"} safe>
            {words.verify.wrongAddress}
          </a>
        )}
      </p>
    </>
  );
}

function Address({ frame: { words }, state, isStart }: VerifyEmailProps & { isStart: boolean }) {
  const { values = {}, problems = {} } = state;
  return (
    <>
      <p class="lead" safe>
        {words.verify.sent}
      </p>
      <Field
        words={words}
        name="email"
        label={words.common.email}
        type="email"
        autocomplete="username"
        value={values.email}
        problem={problems.email}
        autofocus={isStart}
      />
    </>
  );
}

/** Asks for another mail, to the address that was given before, or to one that is given now. */
function ResendForm({ frame: { words, signUp }, state, returnTo, isSent }: VerifyEmailProps) {
  const { values = {}, problems = {} } = state;
  const known = problems.email ? undefined : values.email;
  return (
    <Form id="resend" action="/verify-email">
      {known ? <Hidden name="email" value={known} /> : <ResendAddress words={words} state={state} />}
      <Hidden name="resend" value="on" />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={state} />
      <p class="hint" {...(isSent && waitForNextMail)}>
        <span safe>{words.verify.noMail}</span>
        {signUp === "some" ? <span safe> {words.verify.restricted}</span> : ""}
        <OpenMailbox words={words} email={known ?? ""} />
      </p>
      <Button kind="secondary" label={words.verify.resend} working={words.verify.resending} />
    </Form>
  );
}

/** Where the address is not known, its field is shown to those who open it: the page has one such field already. */
function ResendElsewhere(props: VerifyEmailProps) {
  const { words } = props.frame;
  return (
    <details open={isWrong(props.state)}>
      <summary safe>{words.verify.newCode}</summary>
      <ResendForm {...props} />
    </details>
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
      value={state.values?.email}
      problem={state.problems?.email}
    />
  );
}

import { Button, ButtonLink, Field, Form, Hidden, isWrong, PasswordField, startIn, TimeZone } from "./kit";
import { UsernameForManagers, type FormState } from "./kit";
import { Layout, type PageContext } from "./layout";
import { FormProblem } from "./problems";
import { Breaking } from "./sentence";
import { Terms } from "./sign-up";

export interface InvitationProps {
  frame: PageContext;
  token: string;
  /** The invited address, which the account will have. */
  email: string;
  state: FormState<"name" | "password">;
}

/** What the link of an invitation opens: an account is made with the invited address, and no other. */
export function InvitationPage(props: InvitationProps) {
  const { frame, email, state } = props;
  const { words, brandName, links } = frame;
  return (
    <Layout
      frame={frame}
      title={words.invitation.title(brandName)}
      lead={<Breaking text={words.invitation.intro(email)} />}
      wrong={isWrong(state)}
    >
      <InvitationForm {...props} />
      {links?.length ? <Terms words={words} links={links} /> : ""}
    </Layout>
  );
}

export function InvitationForm({ frame: { words }, token, email, state }: InvitationProps) {
  const { values = {}, problems = {} } = state;
  const start = startIn(["name", "password"], state);
  return (
    <Form id="invitation" action="/invitation">
      <TimeZone />
      <Hidden name="token" value={token} />
      <Field
        words={words}
        name="name"
        label={words.common.name}
        autocomplete="name"
        value={values.name}
        problem={problems.name}
        autofocus={start === "name"}
      />
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="password"
        label={words.common.password}
        autocomplete="new-password"
        hint={words.signUp.passwordHint}
        problem={problems.password}
        autofocus={start === "password"}
      />
      <FormProblem words={words} state={state} />
      <Button label={words.signUp.action} working={words.signUp.working} />
    </Form>
  );
}

/** The same link where its address has an account by now: whoever owns that signs in. */
export function HasAccountPage({ frame, email }: Pick<InvitationProps, "frame" | "email">) {
  const { invitation, common } = frame.words;
  return (
    <Layout frame={frame} title={invitation.hasAccountTitle} lead={<Breaking text={invitation.hasAccount(email)} />}>
      <ButtonLink kind="primary" href="/sign-in" label={common.signIn} />
    </Layout>
  );
}

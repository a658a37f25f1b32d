import { Form, FormProblem, Hidden, SubmitButton, type FormState } from "./kit";
import { attribute, Layout, type Frame } from "./layout";

export interface LinkProps {
  frame: Frame;
  /** Where the button leads, with the token of the link. */
  action: string;
  token: string;
  words: { title: string; text: string; action: string; working: string };
  state: FormState<never>;
}

/** What a link in a mail opens: a page that says what its button does. Opening it, as mail scanners do, changes nothing. */
export function LinkPage(props: LinkProps) {
  return (
    <Layout frame={props.frame} title={props.words.title}>
      <h1 safe>{props.words.title}</h1>
      <p safe>{props.words.text}</p>
      <LinkForm {...props} />
    </Layout>
  );
}

export function LinkForm({ frame, action, token, words, state }: LinkProps) {
  return (
    <Form id="link" action={action}>
      <Hidden name="token" value={token} />
      <FormProblem words={frame.words} state={state} />
      <SubmitButton label={words.action} working={words.working} />
    </Form>
  );
}

export interface DeadLinkProps {
  frame: Frame;
  next: { href: string; label: string };
}

/** A link that was used, is too old or never was: the same page for all of them, and where to go instead. */
export function DeadLinkPage({ frame, next }: DeadLinkProps) {
  const { deadLink } = frame.words;
  return (
    <Layout frame={frame} title={deadLink.title}>
      <h1 safe>{deadLink.title}</h1>
      <p safe>{deadLink.text}</p>
      <p>
        <a href={attribute(next.href)} safe>
          {next.label}
        </a>
      </p>
    </Layout>
  );
}

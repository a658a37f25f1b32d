import { Button, ButtonLink, Form, Hidden } from "./kit";
import { Layout, type PageContext } from "./layout";
import { Breaking } from "./sentence";

export interface LinkProps {
  frame: PageContext;
  /** Where the button leads, with the token of the link. */
  action: string;
  token: string;
  words: { title: string; text: string; action: string; working: string };
}

/**
 * What a link in a mail opens: a page that says what its button does. Opening it, as mail scanners do, changes
 * nothing.
 */
export function LinkPage({ frame, action, token, words }: LinkProps) {
  return (
    <Layout frame={frame} title={words.title} icon="mail" lead={<Breaking text={words.text} />}>
      <Form id="link" action={action}>
        <Hidden name="token" value={token} />
        <Button label={words.action} working={words.working} />
      </Form>
    </Layout>
  );
}

export interface DeadLinkProps {
  frame: PageContext;
  next: { href: string; label: string };
}

/** A link that was used, is too old or never was: the same page for all of them, and where to go instead. */
export function DeadLinkPage({ frame, next }: DeadLinkProps) {
  const { deadLink } = frame.words;
  return (
    <Layout frame={frame} title={deadLink.title} icon="warning" lead={<span safe>{deadLink.text}</span>}>
      <ButtonLink kind="primary" href={next.href} label={next.label} />
    </Layout>
  );
}

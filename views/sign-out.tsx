import { Button, ButtonLink, Form, ReturnTo } from "./kit";
import { Layout, type PageContext } from "./layout";
import { Sentence } from "./sentence";

export interface SignOutProps {
  frame: PageContext;
  name: string;
  returnTo?: string;
}

export function SignOutPage({ frame, name, returnTo }: SignOutProps) {
  const { words } = frame;
  return (
    <Layout
      frame={frame}
      title={words.signOut.title}
      icon="signOut"
      lead={<Sentence around={name} words={words.signOut.question} />}
    >
      <Form id="sign-out" action="/sign-out">
        <ReturnTo value={returnTo} />
        <Button label={words.signOut.action} working={words.signOut.working} />
        <ButtonLink href="/account" label={words.signOut.stay} />
      </Form>
    </Layout>
  );
}

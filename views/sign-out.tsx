import { Form, ReturnTo, SubmitButton } from "./kit";
import { Layout, type PageContext } from "./layout";

export interface SignOutProps {
  frame: PageContext;
  name: string;
  returnTo?: string;
}

export function SignOutPage({ frame, name, returnTo }: SignOutProps) {
  const { words } = frame;
  return (
    <Layout frame={frame} title={words.signOut.title}>
      <h1 safe>{words.signOut.title}</h1>
      <p safe>{words.signOut.question(name)}</p>
      <Form id="sign-out" action="/sign-out">
        <ReturnTo value={returnTo} />
        <SubmitButton label={words.signOut.action} working={words.signOut.working} />
      </Form>
      <p class="aside">
        <a href="/account" safe>
          {words.signOut.stay}
        </a>
      </p>
    </Layout>
  );
}

import { AccountLayout } from "../../../../views/account-layout";
import { Button, ButtonLink, Hidden, OwnForm } from "../../../../views/kit";
import { Layout, type PageContext } from "../../../../views/layout";
import { Card } from "../../../../views/rows";
import type { FactorWords } from "../words/en";

export interface CodesProps {
  frame: PageContext;
  own: FactorWords;
  codes: string[];
  /** The codes as the form for the file carries them: sealed. */
  sealed: string;
  /** Where to go on. */
  next: string;
}

/** The recovery codes, shown once, on a page of the account. */
export function CodesPage(props: CodesProps) {
  const { frame, own } = props;
  return (
    <AccountLayout
      frame={frame}
      here="/account/security/second-factor"
      title={own.codes.title}
      lead={<span safe>{own.codes.lead}</span>}
    >
      <Card>
        <Codes {...props} />
      </Card>
    </AccountLayout>
  );
}

/** The same at the end of a sign-in with which a second factor was set up. */
export function CodesAtSignInPage(props: CodesProps) {
  const { frame, own } = props;
  const lead = <span safe>{own.codes.lead}</span>;
  return (
    <Layout frame={frame} title={own.codes.title} icon="key" lead={lead} lists>
      <Codes {...props} />
    </Layout>
  );
}

function Codes({ frame, own: { codes: words, done, working }, codes, sealed, next }: CodesProps) {
  return (
    <>
      <ol class="recovery-codes" aria-label={words.list}>
        {codes.map((code) => (
          <li>
            <code safe>{code}</code>
          </li>
        ))}
      </ol>
      <p class="hint" safe>
        {words.advice}
      </p>
      <div class="actions">
        <ButtonLink kind="primary" href={next} label={done} />
        <OwnForm frame={frame} id="download" action="/account/security/recovery-codes" download>
          <Hidden name="sealed" value={sealed} />
          <Button kind="secondary" icon="download" label={words.download} working={working} />
        </OwnForm>
      </div>
    </>
  );
}

import { AccountLayout } from "../../../../views/account-layout";
import { Button, ButtonLink, Field, Hidden, isWrong, OwnForm, type FormState } from "../../../../views/kit";
import { Layout, type PageContext } from "../../../../views/layout";
import { FormProblem } from "../../../../views/problems";
import { Card, Row, Rows } from "../../../../views/rows";
import { Ago } from "../../../../views/time";
import type { FactorState } from "../factor";
import type { FactorWords } from "../words/en";

/** What is done on the page of the second factor. */
export type FactorAct = "change" | "codes" | "off";

type Own = Pick<FactorPageProps, "frame" | "own">;

interface ShownFactor extends FactorState {
  trustedBrowsers: number;
}

export interface FactorPageProps {
  frame: PageContext;
  own: FactorWords;
  factor?: ShownFactor;
  isRequired: boolean;
}

const path = "/account/security/second-factor";

/** The page of the account about the second factor. */
export function FactorPage(props: FactorPageProps) {
  const { frame, own, factor } = props;
  const lead = factor ? own.page.onLead : own.page.offLead;
  return (
    <AccountLayout frame={frame} here={path} lead={<span safe>{lead}</span>}>
      {factor ? <On {...props} factor={factor} /> : <Off {...props} />}
    </AccountLayout>
  );
}

function Off({ frame, own: { page, working } }: FactorPageProps) {
  return (
    <Card>
      <p safe>{page.offText}</p>
      <OwnForm frame={frame} id="begin" action={path}>
        <Hidden name="act" value="begin" />
        <Button label={page.start} working={working} />
      </OwnForm>
    </Card>
  );
}

/** So few codes are left that it is time for new ones. */
const fewCodes = 2;

function On(props: FactorPageProps & { factor: ShownFactor }) {
  const { frame, own, factor, isRequired } = props;
  const { words, timeZone } = frame;
  const { page } = own;
  return (
    <>
      {factor.lossDueAt ? <Loss frame={frame} own={own} due={words.instant(factor.lossDueAt, timeZone)} /> : ""}
      <Card>
        <Rows>
          <Row
            icon="phone"
            title={page.app}
            badge={{ text: own.overview.on }}
            facts={
              <>
                <span safe>{page.since}</span> <Ago frame={frame} date={factor.setUpAt} />
              </>
            }
          >
            <Act {...props} act="change" label={page.changeApp} />
          </Row>
          <CodesRow {...props} isFew={factor.codesLeft <= fewCodes} />
          {factor.trustedBrowsers > 0 ? <Browsers frame={frame} own={own} count={factor.trustedBrowsers} /> : ""}
        </Rows>
      </Card>
      {isRequired ? (
        <p class="hint" safe>
          {page.required}
        </p>
      ) : (
        <Act {...props} act="off" label={page.off} isDanger />
      )}
    </>
  );
}

function Loss({ frame, own: { page, keep }, due }: Own & { due: string }) {
  return (
    <div class="alert" role="alert">
      <p>
        <span safe>{page.loss(due)}</span> <span safe>{page.keep}</span>
      </p>
      <OwnForm frame={frame} id="keep" action={path}>
        <Hidden name="act" value="keep" />
        <Button kind="secondary" label={keep.action} working={keep.working} />
      </OwnForm>
    </div>
  );
}

function CodesRow({ frame, own, factor, isFew }: FactorPageProps & { factor: ShownFactor; isFew: boolean }) {
  const { page } = own;
  const facts = isFew ? <span safe>{page.few}</span> : undefined;
  return (
    <Row icon="key" title={page.recoveryLeft(factor.codesLeft)} isBad={isFew} facts={facts}>
      <Act frame={frame} own={own} act="codes" label={page.newCodes} />
    </Row>
  );
}

function Browsers({ frame, own: { page }, count }: Own & { count: number }) {
  return (
    <Row icon="computer" title={page.browsers(count)} facts={<span safe>{page.browsersText}</span>}>
      <OwnForm frame={frame} id="forget" action={path}>
        <Hidden name="act" value="forget" />
        <Button kind="secondary" label={page.forget} working={page.forgetting} />
      </OwnForm>
    </Row>
  );
}

interface ActProps extends Own {
  act: FactorAct;
  label: string;
  isDanger?: boolean;
}

function Act({ frame, own, act, label, isDanger }: ActProps) {
  return (
    <OwnForm frame={frame} id={`act-${act}`} action={path}>
      <Hidden name="act" value={act} />
      <Button kind={isDanger ? "quiet danger" : "secondary"} label={label} working={own.working} />
    </OwnForm>
  );
}

export interface ProveProps {
  frame: PageContext;
  own: FactorWords;
  act: FactorAct;
  state: FormState<"code">;
  /** Other ways to prove it, each in the same form. */
  others: readonly JSX.Element[];
}

/** Asks for a code before the second factor is changed: whoever has found an open browser changes nothing. */
export function ProvePage(props: ProveProps) {
  const { frame, own, act, state } = props;
  const lead = <span safe>{own.prove[act]}</span>;
  return (
    <Layout frame={frame} title={own.prove.title} icon="shield" lead={lead} wrong={isWrong(state)}>
      <ProveForm {...props} />
    </Layout>
  );
}

export function ProveForm({ frame, own, act, state, others }: ProveProps) {
  const { words } = frame;
  return (
    <OwnForm frame={frame} id="prove" action={path}>
      <Hidden name="act" value={act} />
      <Field
        words={words}
        name="code"
        label={own.code}
        type="exact"
        autocomplete="one-time-code"
        hint={own.prove.hint}
        problem={state.problems?.code}
        autofocus
      />
      <FormProblem words={words} state={state} />
      <Button kind={act === "off" ? "danger" : "primary"} label={own.prove[`${act}Action`]} working={own.working} />
      {others.map((other) => other as "safe")}
      <ButtonLink href={path} label={words.common.cancel} />
    </OwnForm>
  );
}

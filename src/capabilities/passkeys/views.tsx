import { AccountLayout } from "../../../views/account-layout";
import { dot } from "../../../views/sentence";
import { Button, ButtonLink, Field, Hidden, isWrong, OwnForm, ReturnTo, type FormState } from "../../../views/kit";
import { attribute, Layout } from "../../../views/layout";
import { FormProblem, Notice } from "../../../views/problems";
import { Card, Row, Rows } from "../../../views/rows";
import { Ago } from "../../../views/time";
import { listPath, offerPath } from "./parts";
import type { PasskeyEntry } from "./passkeys";
import { PasskeyButton, Script, WithoutPasskeys, type Frame, type Signals } from "./sign-in-views";
import type { PasskeyWords } from "./words";

export interface PasskeysProps extends Frame {
  path: string;
  passkeys: PasskeyEntry[];
  most: number;
  notice?: keyof PasskeyWords["notices"];
  signals: Signals;
  /** Whether there is one passkey and nothing else: whoever loses it may not come back. */
  isAlone: boolean;
  /** Where something is made that helps then. */
  backing?: { label: string; href: string };
  returnTo?: string;
  state: FormState<"new">;
}

/** `/account/security/passkeys`: the passkeys there are, and a button for one more. */
export function PasskeysPage(props: PasskeysProps) {
  const { frame, own, path, passkeys, notice, state } = props;
  return (
    <AccountLayout frame={frame} here={path} lead={<span safe>{own.intro}</span>} wrong={isWrong(state)}>
      <Notice text={notice && own.notices[notice]} takesFocus />
      {props.isAlone ? <Alone {...props} /> : ""}
      {passkeys.length > 0 ? <PasskeyList {...props} /> : ""}
      <Card>
        <AddForm {...props} />
      </Card>
      <Script {...props} />
    </AccountLayout>
  );
}

function Alone({ own, backing }: PasskeysProps) {
  return (
    <p class="todo">
      <span safe>{own.alone}</span>{" "}
      {backing ? (
        <a href={attribute(backing.href)} safe>
          {backing.label}
        </a>
      ) : (
        ""
      )}
    </p>
  );
}

function PasskeyList({ frame, own, path, passkeys }: PasskeysProps) {
  return (
    <Card>
      <Rows>
        {passkeys.map(({ id, name, isBackedUp, createdAt, lastUsedAt }) => (
          <Row
            icon="key"
            title={name}
            badge={isBackedUp ? { text: own.facts.backedUp } : undefined}
            facts={
              <>
                <span safe>{own.facts.made}</span> <Ago frame={frame} date={createdAt} />
                {dot}
                <span safe>{lastUsedAt ? `${own.facts.used} ` : own.facts.neverUsed}</span>
                {lastUsedAt ? <Ago frame={frame} date={lastUsedAt} /> : ""}
                {isBackedUp ? "" : <span safe>{`${dot}${own.facts.notBackedUp}`}</span>}
              </>
            }
          >
            <ButtonLink href={`${path}/${id}`} label={own.change.action} named={own.change.named(name)} />
          </Row>
        ))}
      </Rows>
    </Card>
  );
}

/** The button for one more; where it cannot work, a sentence says so. */
export function AddForm({ frame, own, path, passkeys, most, returnTo, state }: PasskeysProps) {
  const isFull = passkeys.length >= most;
  return (
    <OwnForm frame={frame} id="add-passkey" action={path}>
      <Hidden name="new" value="" />
      <ReturnTo value={returnTo} />
      {passkeys.length < 2 ? <p safe>{passkeys.length === 0 ? own.none : own.single}</p> : ""}
      <FormProblem words={frame.words} state={state} />
      {isFull ? (
        <p safe>{own.full}</p>
      ) : (
        <div class="scripted" data-if-passkeys>
          <PasskeyButton kind="add" asks={`${path}/options`} {...own.add} look="primary" />
        </div>
      )}
      <WithoutPasskeys own={own} />
    </OwnForm>
  );
}

export interface OfferProps extends Frame {
  /** Where one was going. */
  returnTo: string;
}

/** `/account/security/passkeys/offer`: shown once after a sign-in with a password. */
export function OfferPage({ frame, own, script, returnTo }: OfferProps) {
  const { offer, add } = own;
  return (
    <Layout frame={frame} title={offer.title} icon="key" lead={<span safe>{offer.text}</span>}>
      <OwnForm frame={frame} id="add-passkey" action={listPath}>
        <Hidden name="new" value="" />
        <ReturnTo value={returnTo} />
        <div class="scripted" data-if-passkeys>
          <PasskeyButton kind="add" asks={`${listPath}/options`} {...add} look="primary" />
        </div>
      </OwnForm>
      <OwnForm frame={frame} id="later" action={offerPath}>
        <ReturnTo value={returnTo} />
        <Button kind="secondary" label={offer.later} working={offer.working} />
      </OwnForm>
      <OwnForm frame={frame} id="never" action={offerPath}>
        <Hidden name="never" value="on" />
        <ReturnTo value={returnTo} />
        <Button kind="quiet" label={offer.never} working={offer.working} />
      </OwnForm>
      <Script script={script} />
    </Layout>
  );
}

export interface PasskeyProps extends Omit<Frame, "script"> {
  /** The page of all of them. */
  list: string;
  passkey: PasskeyEntry;
  state: FormState<"name">;
  /** Whether what is wrong is about removing it. */
  isRemoval?: boolean;
}

/** `/account/security/passkeys/:id`: another name for one of them, or its end. */
export function PasskeyPage(props: PasskeyProps) {
  const { frame, own, list, passkey, state, isRemoval } = props;
  return (
    <AccountLayout frame={frame} here={list} title={passkey.name} wrong={isWrong(state)}>
      <Card>
        <RenameForm {...props} state={isRemoval ? {} : state} />
      </Card>
      <Card title={own.change.removeTitle}>
        <RemoveForm {...props} state={isRemoval ? state : {}} />
      </Card>
      <ButtonLink href={list} label={own.change.back} />
    </AccountLayout>
  );
}

/** The form with the name. */
export function RenameForm({ frame, own, list, passkey, state }: PasskeyProps) {
  const { words } = frame;
  return (
    <OwnForm frame={frame} id="rename" action={`${list}/${passkey.id}`}>
      <Field
        words={words}
        name="name"
        label={own.change.field}
        autocomplete="off"
        value={state.values?.name ?? passkey.name}
        hint={own.change.hint}
        problem={state.problems?.name}
      />
      <FormProblem words={words} state={state} />
      <Button label={own.change.save} working={own.change.saving} />
    </OwnForm>
  );
}

/** The form that removes it. */
export function RemoveForm({ frame, own, list, passkey, state }: PasskeyProps) {
  return (
    <OwnForm frame={frame} id="remove" action={`${list}/${passkey.id}`}>
      <p safe>{own.change.removeText}</p>
      <Hidden name="remove" value="on" />
      <FormProblem words={frame.words} state={state} />
      <Button kind="danger" label={own.change.remove} working={own.change.removing} />
    </OwnForm>
  );
}

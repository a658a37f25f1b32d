import { AccountLayout } from "../../../views/account-layout";
import { Icon } from "../../../views/icons";
import { Button, ButtonLink, Field, Form, Hidden, ReturnTo, withReturnTo, type FormState } from "../../../views/kit";
import { attribute, Layout, type PageContext } from "../../../views/layout";
import { FormProblem, Notice } from "../../../views/problems";
import { Card, Row, Rows } from "../../../views/rows";
import { Ago } from "../../../views/time";
import type { PasskeyEntry } from "./passkeys";
import type { PasskeyWords } from "./words";

/** What every view of the passkeys has: its words, and the address of its script. */
export interface Frame {
  frame: PageContext;
  own: PasskeyWords;
  script: string;
}

/** What password managers are told: the methods of `PublicKeyCredential`, each with its facts. */
export type Signals = Record<string, object>;

export interface PasskeysProps extends Frame {
  path: string;
  passkeys: PasskeyEntry[];
  most: number;
  notice?: keyof PasskeyWords["notices"];
  signals: Signals;
  state: FormState<"new">;
}

/** `/account/security/passkeys`: the passkeys there are, and a button for one more. */
export function PasskeysPage(props: PasskeysProps) {
  const { frame, own, path, passkeys, notice } = props;
  return (
    <AccountLayout frame={frame} here={path} lead={<span safe>{own.intro}</span>}>
      <Notice text={notice && own.notices[notice]} takesFocus />
      {passkeys.length > 0 ? <PasskeyList {...props} /> : <p safe>{own.none}</p>}
      {passkeys.length === 1 ? <p safe>{own.single}</p> : ""}
      <AddForm {...props} />
      <Script {...props} />
    </AccountLayout>
  );
}

function PasskeyList({ frame: { words, now }, own, path, passkeys }: PasskeysProps) {
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
                <span safe>{own.facts.made}</span> <Ago words={words} date={createdAt} now={now} />
                {" · "}
                <span safe>{lastUsedAt ? own.facts.used : own.facts.neverUsed}</span>{" "}
                {lastUsedAt ? <Ago words={words} date={lastUsedAt} now={now} /> : ""}
                {isBackedUp ? "" : <span safe>{` · ${own.facts.notBackedUp}`}</span>}
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
export function AddForm({ frame: { words }, own, path, passkeys, most, state }: PasskeysProps) {
  const isFull = passkeys.length >= most;
  return (
    <Form id="add-passkey" action={path}>
      <Hidden name="new" value="" />
      <FormProblem words={words} state={state} />
      {isFull ? (
        <p safe>{own.full}</p>
      ) : (
        <div class="scripted" data-if-passkeys>
          <PasskeyButton kind="add" asks={`${path}/options`} {...own.add} look="primary" />
        </div>
      )}
      <p class="unscripted" data-if-no-passkeys safe>
        {own.unsupported}
      </p>
    </Form>
  );
}

interface PasskeyButtonProps {
  kind: "add" | "sign-in" | "prove";
  /** The path that answers with what to ask for. */
  asks: string;
  action: string;
  working: string;
  look: "primary" | "secondary";
}

/** Asks for a passkey, by the script; its form sends the answer. */
function PasskeyButton({ kind, asks, action, working, look }: PasskeyButtonProps) {
  return (
    <button
      type={kind === "prove" ? "button" : "submit"}
      class={look}
      data-passkey={asks}
      data-kind={kind}
      data-working={kind === "prove" ? undefined : working}
    >
      <Icon name="key" />
      <span safe>{action}</span>
    </button>
  );
}

/** The script of the passkeys, and what it tells password managers. A module runs once, however often it comes. */
export function Script({ script, signals = {} }: { script: string; signals?: Signals }) {
  const told = Object.keys(signals).length > 0 ? attribute(JSON.stringify(signals)) : undefined;
  return (
    <>
      {told === undefined ? "" : <div hidden data-signal={told}></div>}
      <script type="module" src={script} />
    </>
  );
}

export interface PasskeyProps extends Omit<Frame, "script"> {
  /** The page of all of them. */
  list: string;
  passkey: PasskeyEntry;
  state: FormState<"name">;
}

/** `/account/security/passkeys/:id`: another name for one of them, or its end. */
export function PasskeyPage(props: PasskeyProps) {
  const { frame, own, list, passkey, state } = props;
  return (
    <AccountLayout frame={frame} here={list} title={passkey.name} wrong={Boolean(state.problems?.name)}>
      <RenameForm {...props} />
      <Card title={own.change.removeTitle}>
        <RemoveForm {...props} />
      </Card>
      <ButtonLink href={list} label={own.change.back} />
    </AccountLayout>
  );
}

/** The form with the name. */
export function RenameForm({ frame: { words }, own, list, passkey, state }: PasskeyProps) {
  return (
    <Form id="rename" action={`${list}/${passkey.id}`}>
      <Field
        words={words}
        name="name"
        label={own.change.field}
        autocomplete="off"
        value={state.values?.name ?? passkey.name}
        hint={own.change.hint}
        problem={state.problems?.name}
      />
      <Button label={own.change.save} working={own.change.saving} />
    </Form>
  );
}

/** The form that removes it. */
export function RemoveForm({ frame: { words }, own, list, passkey, state }: PasskeyProps) {
  return (
    <Form id="remove" action={`${list}/${passkey.id}`}>
      <p safe>{own.change.removeText}</p>
      <Hidden name="remove" value="on" />
      <FormProblem words={words} state={state} />
      <Button kind="danger" label={own.change.remove} working={own.change.removing} />
    </Form>
  );
}

export interface SignInProps extends Frame {
  path: string;
  returnTo?: string;
  signals?: Signals;
  state: FormState<"passkey">;
}

/** The way in by passkey, below the form of the sign-in page: seen only where it can work. */
export function SignInPart(props: SignInProps) {
  return (
    <>
      <SignInForm {...props} />
      <Script script={props.script} />
    </>
  );
}

/** The same on a page of its own, with what went wrong, where a browser sent the form by itself. */
export function SignInPage(props: SignInProps) {
  const { frame, returnTo } = props;
  const { signIn } = frame.words;
  return (
    <Layout frame={frame} title={signIn.title} wrong>
      <ButtonLink href={withReturnTo("/sign-in", returnTo)} label={signIn.action} kind="primary" />
      <SignInForm {...props} />
      <Script script={props.script} />
    </Layout>
  );
}

/** The form of that way in. */
export function SignInForm({ frame: { words }, own, path, returnTo, signals, state }: SignInProps) {
  return (
    <Form id="sign-in-passkey" action={path}>
      <div class="scripted" data-if-passkeys>
        <p class="or" safe>
          {own.signIn.or}
        </p>
        <Hidden name="passkey" value="" />
        <Hidden name="remember" value="on" />
        <ReturnTo value={returnTo} />
        <FormProblem words={words} state={state} />
        <PasskeyButton kind="sign-in" asks={`${path}/options`} {...own.signIn} look="secondary" />
        {signals ? <div hidden data-signal={attribute(JSON.stringify(signals))}></div> : ""}
      </div>
    </Form>
  );
}

/** In the form that asks for the password once more: the same with a passkey. */
export function ProofPart({ own, script, asks }: Pick<Frame, "own" | "script"> & { asks: string }) {
  return (
    <div class="scripted" data-if-passkeys>
      <Hidden name="passkey" value="" />
      <PasskeyButton kind="prove" asks={asks} {...own.prove} look="secondary" />
      <Script script={script} />
    </div>
  );
}

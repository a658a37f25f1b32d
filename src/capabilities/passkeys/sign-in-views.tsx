import { Icon } from "../../../views/icons";
import { ButtonLink, Form, Hidden, ReturnTo, withReturnTo, type FormState } from "../../../views/kit";
import { attribute, Layout, type PageContext } from "../../../views/layout";
import { FormProblem } from "../../../views/problems";
import type { PasskeyWords } from "./words";

/** What every view of the passkeys has: its words, and the address of its script. */
export interface Frame {
  frame: PageContext;
  own: PasskeyWords;
  script: string;
}

/** What password managers are told: the methods of `PublicKeyCredential`, each with its facts. */
export type Signals = Record<string, object>;

/** What a browser is asked for: any passkey of our domain, for a challenge. */
export interface Asked {
  challenge: string;
  domain: string;
}

export interface SignInProps extends Frame {
  path: string;
  asked?: Asked;
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
export function SignInForm({ frame: { words }, own, path, asked, returnTo, signals, state }: SignInProps) {
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
        <PasskeyButton kind="sign-in" asks={`${path}/options`} asked={asked} {...own.signIn} look="secondary" />
        {signals ? <span hidden data-signal={attribute(JSON.stringify(signals))}></span> : ""}
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

/** Why there is no button: nothing runs scripts here, or, which the script finds out, the browser has no passkeys. */
export function WithoutPasskeys({ own }: { own: PasskeyWords }) {
  return (
    <>
      <p class="unscripted" safe>
        {own.unscripted}
      </p>
      <p hidden data-if-no-passkeys safe>
        {own.unsupported}
      </p>
    </>
  );
}

interface PasskeyButtonProps {
  kind: "add" | "sign-in" | "prove";
  /** The path that answers with what to ask for. */
  asks: string;
  /** The same, where it is known already: good while the page is young. */
  asked?: Asked;
  action: string;
  /** What it says while the server looks at the answer; nothing where its form has a button of its own for that. */
  working?: string;
  look: "primary" | "secondary";
}

/** Asks for a passkey, by the script; its form sends the answer. */
export function PasskeyButton({ kind, asks, asked, action, working, look }: PasskeyButtonProps) {
  return (
    <button
      type={kind === "prove" ? "button" : "submit"}
      class={look}
      data-passkey={asks}
      data-kind={kind}
      data-challenge={asked?.challenge}
      data-domain={asked?.domain}
      data-working={working}
    >
      {kind === "sign-in" ? "" : <Icon name="key" />}
      <span safe>{action}</span>
    </button>
  );
}

/**
 * Has the script of the passkeys loaded, once, also where htmx brings a part of a page; with what it is to tell
 * password managers.
 */
export function Script({ script, signals = {} }: { script: string; signals?: Signals }) {
  const told = Object.keys(signals).length > 0 ? attribute(JSON.stringify(signals)) : undefined;
  return <span hidden data-module={script} data-signal={told}></span>;
}

/** What stands in the overview below the number of passkeys: a hint, and unseen what the script tells. */
export function SafetyFacts({ hint, script }: { hint: string; script: JSX.Element }) {
  return (
    <>
      <span safe>{hint}</span>
      {script as "safe"}
    </>
  );
}

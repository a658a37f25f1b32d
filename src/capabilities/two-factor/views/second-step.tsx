import {
  Button,
  Choice,
  Field,
  Form,
  Hidden,
  isWrong,
  ReturnTo,
  withReturnTo,
  type FormState,
} from "../../../../views/kit";
import { attribute, Layout, type PageContext } from "../../../../views/layout";
import { FormProblem } from "../../../../views/problems";
import type { FactorWords } from "../words/en";

export interface StepProps {
  frame: PageContext;
  own: FactorWords;
  state: FormState<"code" | "recovery"> & { trust?: boolean };
  /** Whether what is wrong is about a recovery code. */
  isRecovery?: boolean;
  /** Whose sign-in it is. */
  email: string;
  returnTo?: string;
  /** What can be done without app and codes: asked for, asked for already, or nothing here. */
  lost: "open" | "closed" | { due: Date };
  /** Other ways in, for whoever has one that is two factors by itself. */
  waysIn: readonly JSX.Element[];
  /** Whether the session is to be kept, which those ways read. */
  remember: boolean;
}

/** The second step of a sign-in: a code of the app, or a recovery code. */
export function StepPage(props: StepProps) {
  const { frame, own, state, isRecovery, returnTo } = props;
  return (
    <Layout
      frame={frame}
      title={own.step.title}
      icon="shield"
      lead={<span safe>{own.step.lead}</span>}
      wrong={isWrong(state)}
      lists
      below={
        <p>
          <a href={attribute(withReturnTo("/sign-in", returnTo))} safe>
            {own.step.other}
          </a>
        </p>
      }
    >
      <StepForm {...props} />
      {props.waysIn.length > 0 ? <input type="checkbox" id="remember" checked={props.remember} hidden /> : ""}
      {props.waysIn.map((way) => way as "safe")}
      <details open={isRecovery === true}>
        <summary safe>{own.step.useRecovery}</summary>
        <RecoveryForm {...props} />
      </details>
      <details open={typeof props.lost === "object"}>
        <summary safe>{own.step.lost}</summary>
        <Lost {...props} />
      </details>
    </Layout>
  );
}

export function StepForm({ frame: { words }, own, state, isRecovery, email, returnTo }: StepProps) {
  return (
    <Form id="step" action="/second-step">
      <Hidden name="account" value={email} />
      {/* Above the code: where scripts run, its sixth digit sends the form. */}
      <Choice id="trust" label={own.step.trust} checked={state.trust === true} />
      <Field
        words={words}
        name="code"
        label={own.code}
        type="code"
        autocomplete="one-time-code"
        hint={own.codeHint}
        problem={state.problems?.code}
        autofocus={!isRecovery}
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={isRecovery ? {} : state} />
      <Button label={own.step.action} working={own.working} />
    </Form>
  );
}

export function RecoveryForm({ frame: { words }, own, state, isRecovery, email, returnTo }: StepProps) {
  return (
    <Form id="recovery-form" action="/second-step">
      <Hidden name="account" value={email} />
      <Field
        words={words}
        name="recovery"
        type="exact"
        label={own.recovery}
        autocomplete="off"
        hint={own.step.recoveryHint}
        problem={state.problems?.recovery}
        autofocus={isRecovery}
      />
      <ReturnTo value={returnTo} />
      <FormProblem words={words} state={isRecovery ? state : {}} />
      <Button kind="secondary" label={own.step.action} working={own.working} />
    </Form>
  );
}

function Lost({ frame: { words, timeZone }, own: { step, working }, lost, email, returnTo }: StepProps) {
  if (lost === "closed") return <p safe>{step.lostOff}</p>;
  if (lost !== "open") return <p safe>{step.lostPending(words.instant(lost.due, timeZone))}</p>;
  return (
    <Form id="lost" action="/second-step/lost">
      <Hidden name="account" value={email} />
      <p safe>{step.lostText}</p>
      <ReturnTo value={returnTo} />
      <Button kind="quiet danger" label={step.lostAction} working={working} />
    </Form>
  );
}

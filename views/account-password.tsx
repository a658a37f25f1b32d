import { AccountLayout } from "./account-layout";
import { Button, ButtonLink, Choice, Hidden, isWrong, OwnForm, PasswordField, type FormState } from "./kit";
import { UsernameForManagers } from "./kit";
import { attribute, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { FormProblem } from "./problems";
import { Card } from "./rows";

/** What is still needed, and where it is made. */
interface Lacking {
  text: string;
  href: string;
  label: string;
}

export interface AccountPasswordProps {
  frame: PageContext;
  email: string;
  hasPassword: boolean;
  /** What is missing to do without a password; undefined where nobody can. */
  lacking?: Lacking[];
  state: FormState<"current" | "password"> & { signOutOthers: boolean };
  /** Whether what is wrong is about removing the password. */
  isRemoval?: boolean;
  notice?: NoticeKey;
}

export function AccountPasswordPage(props: AccountPasswordProps) {
  const { frame, notice, state, isRemoval, hasPassword, lacking } = props;
  const plain = { ...props, state: { signOutOthers: state.signOutOthers } };
  return (
    <AccountLayout frame={frame} here="/account/password" notice={notice} wrong={isWrong(state)}>
      <Card>
        {hasPassword ? <AccountPasswordForm {...(isRemoval ? plain : props)} /> : <NoPassword frame={frame} />}
      </Card>
      {hasPassword && lacking ? (
        <Card title={frame.words.password.removeTitle}>
          <RemovePasswordForm {...(isRemoval ? props : plain)} />
        </Card>
      ) : (
        ""
      )}
    </AccountLayout>
  );
}

export function AccountPasswordForm({ frame, email, state }: AccountPasswordProps) {
  const { words, hasMail } = frame;
  const { problems = {} } = state;
  return (
    <OwnForm frame={frame} id="password-form" action="/account/password">
      <UsernameForManagers email={email} />
      <PasswordField
        words={words}
        name="current"
        label={words.password.current}
        autocomplete="current-password"
        problem={problems.current}
        forgot={hasMail ? { href: "/forgot-password", label: words.signIn.forgot } : undefined}
      />
      <PasswordField
        words={words}
        name="password"
        label={words.password.next}
        autocomplete="new-password"
        hint={words.signUp.passwordHint}
        problem={problems.password}
        autofocus={!problems.current && problems.password !== undefined}
      />
      <Choice id="others" label={words.password.signOutOthers} checked={state.signOutOthers} />
      <FormProblem words={words} state={state} />
      <Button label={words.password.action} working={words.password.working} />
    </OwnForm>
  );
}

/** To whoever has no password: how one is made again. */
function NoPassword({ frame: { words, hasMail } }: { frame: PageContext }) {
  return (
    <>
      <p safe>{words.password.none}</p>
      {hasMail ? <p safe>{words.password.makeText}</p> : ""}
      {hasMail ? <ButtonLink href="/forgot-password" label={words.password.make} /> : ""}
    </>
  );
}

/** The button that removes it; or what is needed first. */
export function RemovePasswordForm({ frame, lacking = [], state }: AccountPasswordProps) {
  const { words } = frame;
  const { password } = words;
  return (
    <OwnForm frame={frame} id="remove-password" action="/account/password">
      <p safe>{password.removeText}</p>
      <FormProblem words={words} state={state} />
      {lacking.length > 0 ? (
        <>
          <p safe>{password.lacking}</p>
          <ul class="points">
            {lacking.map(({ text, href, label }) => (
              <li>
                <span safe>{text}</span>{" "}
                <a href={attribute(href)} safe>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <Hidden name="remove" value="on" />
          <Button kind="danger" label={password.remove} working={password.removing} />
        </>
      )}
    </OwnForm>
  );
}

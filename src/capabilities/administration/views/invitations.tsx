import { Button, ButtonLink, Field, Hidden, isWrong, OwnForm, type FormState } from "../../../../views/kit";
import { dot } from "../../../../views/sentence";
import { FormProblem } from "../../../../views/problems";
import { Card, Row, Rows } from "../../../../views/rows";
import type { PageWords } from "../words/pages";
import { AdminLayout, type AdminFrame } from "./admin-layout";
import { Select } from "./people";

export interface InvitationsProps extends AdminFrame {
  invitations: Invited[];
  /** Whether whoever looks may invite. */
  mayInvite: boolean;
  next?: string;
  isFirst: boolean;
  done?: "invited" | "revoked";
  /** Whose invitation is about to be taken back. */
  revoking?: string;
  /** The languages that are offered, of each its code and its name, and the one of the page. */
  languages: readonly (readonly [code: string, name: string])[];
  language: string;
  state: FormState<"email" | "language" | "reason">;
}

interface Invited {
  email: string;
  state: keyof PageWords["invitations"]["states"];
  createdAt: Date;
  expiresAt: Date;
}

/** `/admin/invitations`: who is invited, and what became of it. */
export function InvitationsPage(props: InvitationsProps) {
  const { frame, own, mayInvite, done, revoking, state } = props;
  const { invitations: words, sections } = own;
  const lead = <span safe>{words.lead}</span>;
  return (
    <AdminLayout
      {...{ frame, own, here: "/admin/invitations", title: sections.invitations, lead }}
      notice={done && words[done]}
      wrong={isWrong(state)}
    >
      {frame.hasMail ? (
        ""
      ) : (
        <p class="todo" safe>
          {words.mailOff}
        </p>
      )}
      {revoking === undefined ? (
        ""
      ) : (
        <Card title={words.revokeNamed(revoking)}>
          <RevokeForm {...props} />
        </Card>
      )}
      {revoking === undefined && mayInvite && frame.hasMail ? (
        <Card title={words.invite}>
          <InviteForm {...props} />
        </Card>
      ) : (
        ""
      )}
      <InvitationList {...props} />
    </AdminLayout>
  );
}

/** Invites an address. */
export function InviteForm({ frame, own, languages, language, state }: InvitationsProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  return (
    <OwnForm frame={frame} id="invite-form" action="/admin/invitations">
      <Field
        {...{ words, name: "email", type: "email", autocomplete: "off" }}
        {...{ label: own.invitations.email, value: values.email, problem: problems.email }}
      />
      {languages.length > 1 ? (
        <Select
          {...{ name: "language", label: own.invitations.language }}
          {...{ options: languages, chosen: values.language ?? language }}
        />
      ) : (
        ""
      )}
      <Field
        {...{ words, name: "reason", autocomplete: "off" }}
        {...{ label: own.form.reason, value: values.reason, problem: problems.reason }}
        autofocus={!problems.email && problems.reason !== undefined}
      />
      <FormProblem words={words} state={state} />
      <Button label={own.invitations.action} working={own.form.working} />
    </OwnForm>
  );
}

/** Takes an invitation back. */
export function RevokeForm({ frame, own, revoking = "", state }: InvitationsProps) {
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  return (
    <OwnForm frame={frame} id="revoke-form" action="/admin/invitations">
      <Hidden name="revoke" value={revoking} />
      <Field
        {...{ words, name: "reason", autocomplete: "off", autofocus: true }}
        {...{ label: own.form.reason, value: values.reason, problem: problems.reason }}
      />
      <FormProblem words={words} state={state} />
      <Button kind="danger" label={own.invitations.revoke} working={own.form.working} />
      <ButtonLink href="/admin/invitations" label={words.common.cancel} />
    </OwnForm>
  );
}

function InvitationList(props: InvitationsProps) {
  const { own, invitations, isFirst, next } = props;
  const { invitations: words } = own;
  return (
    <>
      <Card title={words.list}>
        {invitations.length === 0 ? (
          <p class="empty" safe>
            {words.none}
          </p>
        ) : (
          ""
        )}
        <Rows>
          {invitations.map((invited) => (
            <Invitation {...props} invited={invited} />
          ))}
        </Rows>
      </Card>
      <p class="pages">
        {isFirst ? "" : <ButtonLink href="/admin/invitations" label={own.first} />}
        {next ? <ButtonLink href={next} label={own.next} /> : ""}
      </p>
    </>
  );
}

function Invitation({ frame, own, mayInvite, invited }: InvitationsProps & { invited: Invited }) {
  const { words, timeZone } = frame;
  const { states, until, revoke, revokeNamed } = own.invitations;
  const { email, state, createdAt, expiresAt } = invited;
  const waits = state === "waiting";
  const day = (date: Date) => words.date(date, timeZone);
  const facts = [day(createdAt), waits ? until(day(expiresAt)) : ""].filter(Boolean).join(dot);
  return (
    <Row
      icon="mail"
      title={email}
      badge={{ text: states[state], isBad: state === "expired" || state === "revoked" }}
      facts={<span safe>{facts}</span>}
    >
      {waits && mayInvite ? (
        <div class="acts">
          <ButtonLink
            href={`/admin/invitations?revoke=${encodeURIComponent(email)}`}
            label={revoke}
            named={revokeNamed(email)}
          />
        </div>
      ) : (
        ""
      )}
    </Row>
  );
}

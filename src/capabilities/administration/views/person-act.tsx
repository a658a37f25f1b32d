import { Icon } from "../../../../views/icons";
import {
  Button,
  ButtonLink,
  Choice,
  Field,
  Hidden,
  isWrong,
  OwnForm,
  startIn,
  type FormState,
} from "../../../../views/kit";
import { FormProblem } from "../../../../views/problems";
import { Card } from "../../../../views/rows";
import { Breaking, dot } from "../../../../views/sentence";
import type { PageWords } from "../words/pages";
import { AdminLayout, type AdminFrame } from "./admin-layout";

type Name = "reason" | "until" | "words" | "email" | "seen" | "isConfirmed" | "now";

export interface ActProps extends AdminFrame {
  person: { id: string; name: string; email: string; isConfirmed: boolean };
  act: keyof PageWords["acts"];
  /** What it has besides the reason. */
  fields: readonly Exclude<Name, "reason">[];
  isDanger: boolean;
  /** Whether the person is told of it by mail, where they can be. */
  isTold: boolean;
  /** Whether its answer is a file, and whether that is ready once the form is sent once more. */
  isDownload: boolean;
  isReady?: boolean;
  state: FormState<Name>;
}

/** Says what will happen to somebody, and asks why. */
export function ActPage(props: ActProps) {
  const { frame, own, act, state, isReady = false } = props;
  const { title, done } = own.acts[act];
  const lead = <span safe>{whatHappens(props)}</span>;
  const given = { frame, own, title, wrong: isWrong(state), here: "/admin/people", lead };
  return (
    <AdminLayout {...given} notice={isReady ? done : undefined}>
      <Card>
        <ActForm {...props} />
      </Card>
    </AdminLayout>
  );
}

/** An address that never confirmed is told nothing: it may be a stranger's. */
function whatHappens({ frame, own: { acts, form }, act, person, isTold }: ActProps): string {
  const text = act === "email" && !frame.hasMail ? form.undoneByNobody : acts[act].text;
  if (!isTold) return text;
  return `${text} ${frame.hasMail ? (person.isConfirmed ? form.told : form.untold) : form.mailOff}`;
}

const pathOf = ({ person: { id } }: ActProps) => `/admin/people/${encodeURIComponent(id)}`;

/** The form of it. */
export function ActForm(props: ActProps) {
  const { frame, own, person, act, fields, isDanger, isDownload, state } = props;
  const { words } = frame;
  const { values = {}, problems = {} } = state;
  const start = startIn([...fields.filter((name) => name === "email"), "reason"], state);
  return (
    <OwnForm frame={frame} id="act-form" action={`${pathOf(props)}/${act}`} download={isDownload}>
      <p class="who">
        <Icon name="profile" />
        <span>
          <bdi safe>{person.name}</bdi>
          {dot}
          <bdi>
            <Breaking text={person.email} />
          </bdi>
        </span>
      </p>
      {fields.map((name) => (
        <ActField {...props} name={name} isStart={name === start} />
      ))}
      <Field
        {...{ words, name: "reason", autocomplete: "off", value: values.reason, problem: problems.reason }}
        label={own.form.reason}
        hint={own.form.reasonHint}
        autofocus={start === "reason"}
      />
      <FormProblem words={words} state={state} />
      <Button kind={isDanger ? "danger" : "primary"} label={own.acts[act].action} working={own.form.working} />
      <ButtonLink href={pathOf(props)} label={words.common.cancel} />
    </OwnForm>
  );
}

function ActField({
  frame: { words },
  person,
  own: { form },
  state: { values = {}, problems = {} },
  name,
  isStart,
}: ActProps & { name: Exclude<Name, "reason">; isStart: boolean }) {
  const given = { words, name, autocomplete: "off", value: values[name], problem: problems[name] };
  if (name === "seen") return <Hidden name={name} value={person.email} />;
  if (name === "until") return <Field {...given} type="date" label={form.until} hint={form.untilHint} isOptional />;
  if (name === "words") return <Field {...given} label={form.words} hint={form.wordsHint} isOptional />;
  if (name === "email") return <Field {...given} type="email" label={form.email} autofocus={isStart} />;
  const choice = { id: name, label: form[name], checked: values[name] === "on" };
  return <Choice {...choice} hint={name === "now" ? form.nowHint : form.isConfirmedHint} />;
}

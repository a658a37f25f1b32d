import { EventRow, type EventProps } from "../../../../views/events";
import { Button, ButtonLink, Field } from "../../../../views/kit";
import { attribute } from "../../../../views/layout";
import { Card, Rows } from "../../../../views/rows";
import { dot, Written } from "../../../../views/sentence";
import { operator } from "../../../account/events";
import { AdminLayout, asOneTypes, type AdminFrame } from "./admin-layout";
import { Select } from "./people";

export interface EventsProps extends AdminFrame {
  events: FoundEvent[];
  /** What was asked for, as it was typed. */
  asked: { person: string; kind: string; address: string; from: string; to: string };
  problem?: string;
  older?: string;
  /** The path of the first page, on each other one. */
  start?: string;
  /** The script of the searches. */
  script: string;
}

interface FoundEvent extends EventProps {
  /** Whose account it was about; null for nobody's, or of somebody who is gone. */
  userId: string | null;
  email: string | null;
  /** The address of whoever did it for somebody else, where that is a user who is still there. */
  actorEmail?: string;
  /** Why it was done, in the words of whoever did it for somebody else. */
  reason: string | null;
}

/** `/admin/events`: what happened, the newest first. */
export function EventsPage(props: EventsProps) {
  const { frame, own, problem, older, start } = props;
  const { sections } = own;
  return (
    <AdminLayout {...{ frame, own, here: "/admin/events", title: sections.events }} wrong={problem !== undefined}>
      <SearchForm {...props} />
      <div id="found">
        <p class={problem ? "alert" : "count"} role="status" safe>
          {problem ?? countOf(props)}
        </p>
        {daysOf(props).map(({ title, ofThisDay }) => (
          <Card title={title}>
            <Rows>
              {ofThisDay.map((event) => (
                <EventRow
                  frame={frame}
                  run={{ ...event, actor: null, count: 1 }}
                  more={<About {...props} event={event} />}
                />
              ))}
            </Rows>
          </Card>
        ))}
        <p class="pages">
          {start ? <ButtonLink href={start} label={own.first} /> : ""}
          {older ? <ButtonLink href={older} label={own.next} /> : ""}
        </p>
      </div>
      <span hidden data-module={props.script}></span>
    </AdminLayout>
  );
}

function countOf({ own: { events: words }, events: { length }, older }: EventsProps): string {
  if (length === 0) return words.none;
  return older ? words.foundMore(length) : words.found(length);
}

const asYouChoose = asOneTypes("/admin/events", "change, submit");

function SearchForm({ frame: { words }, own, asked }: EventsProps) {
  const kinds = Object.entries(words.activity.kinds).toSorted(([, one], [, other]) =>
    one.localeCompare(other, words.language),
  );
  const text = (name: "person" | "address") => (
    <Field {...{ words, name, value: asked[name], autocomplete: "off" }} label={own.events[name]} isOptional />
  );
  const day = (name: "from" | "to") => (
    <Field
      {...{ words, name, value: asked[name], autocomplete: "off" }}
      type="date"
      label={own.events[name]}
      isOptional
    />
  );
  return (
    <form id="search-events" class="filters" method="get" action="/admin/events" {...asYouChoose}>
      {text("person") as "safe"}
      <Select name="kind" label={own.events.kind} options={[["", own.events.anyKind], ...kinds]} chosen={asked.kind} />
      {text("address") as "safe"}
      {day("from") as "safe"}
      <div class="last">
        {day("to") as "safe"}
        <Button kind="secondary" label={own.search} working={own.searching} />
      </div>
    </form>
  );
}

/** Whose account it was, and why it was done. */
function About({ own, event }: EventsProps & { event: FoundEvent }) {
  const { userId, email, subject, reason, actor, actorEmail } = event;
  const by = actor === operator ? own.events.operator : (actorEmail ?? own.events.deleted);
  return (
    <>
      {userId ? (
        <a href={attribute(`/admin/people/${encodeURIComponent(userId)}`)}>
          <Written text={email ?? own.events.deleted} />
        </a>
      ) : (
        <span safe>{own.events.nobody}</span>
      )}
      {subject ? <bdi safe>{`${dot}${subject}`}</bdi> : ""}
      {actor ? <bdi safe>{`${dot}${own.events.by(by)}`}</bdi> : ""}
      {reason ? <bdi safe>{`${dot}“${reason}”`}</bdi> : ""}
    </>
  );
}

function daysOf({ frame: { words, now, timeZone }, events }: EventsProps) {
  const days = Map.groupBy(events, ({ at }) => words.dayOf(at, { now, timeZone }));
  return [...days].map(([title, ofThisDay]) => ({ title, ofThisDay }));
}

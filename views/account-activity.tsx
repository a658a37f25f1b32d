import { AccountLayout } from "./account-layout";
import { EventRow, type EventProps, type Run, runsOf } from "./events";
import { ButtonLink } from "./kit";
import type { PageContext } from "./layout";
import { Card, Rows } from "./rows";

export interface AccountActivityProps {
  frame: PageContext;
  events: EventProps[];
  /** The address of the events before these; undefined on the last page. */
  older?: string;
  isFirstPage: boolean;
}

export function AccountActivityPage({ frame, events, older, isFirstPage }: AccountActivityProps) {
  const { words } = frame;
  return (
    <AccountLayout
      frame={frame}
      here="/account/activity"
      lead={events.length > 0 ? <Unknown words={words} /> : <span safe>{words.activity.empty}</span>}
    >
      {daysOf(frame, events).map(({ title, runs }) => (
        <Card title={title}>
          <Rows>
            {runs.map((run) => (
              <EventRow frame={frame} run={run} />
            ))}
          </Rows>
        </Card>
      ))}
      <p class="pages">
        {isFirstPage ? "" : <ButtonLink href="/account/activity" label={words.activity.newest} />}
        {older ? <ButtonLink href={older} label={words.activity.older} /> : ""}
      </p>
    </AccountLayout>
  );
}

function Unknown({ words }: { words: PageContext["words"] }) {
  return (
    <>
      <span safe>{words.activity.unknown}</span>{" "}
      <a href="/account/password" safe>
        {words.activity.changePassword}
      </a>
    </>
  );
}

/** Events under the day they happened on, equal ones of a day as one. */
function daysOf({ words, now, timeZone }: PageContext, events: EventProps[]): { title: string; runs: Run[] }[] {
  const days = Map.groupBy(events, ({ at }) => words.dayOf(at, { now, timeZone }));
  return [...days].map(([title, ofThisDay]) => ({ title, runs: runsOf(ofThisDay) }));
}

import { AccountLayout } from "./account-layout";
import type { PageContext } from "./layout";
import { Ago } from "./time";
import { wordFor } from "./words";

export interface AccountActivityProps {
  frame: PageContext;
  events: { at: Date; kind: string; outcome: string; device: string | null; clientAddress: string | null }[];
  /** The address of the events before these; undefined on the last page. */
  older?: string;
  isFirstPage: boolean;
}

export function AccountActivityPage({ frame, events, older, isFirstPage }: AccountActivityProps) {
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/activity">
      <p safe>{events.length > 0 ? words.activity.intro : words.activity.empty}</p>
      <ul class="entries">
        {events.map((event) => (
          <EventEntry frame={frame} event={event} />
        ))}
      </ul>
      <p class="pages">
        {isFirstPage ? "" : <PageLink href="/account/activity" label={words.activity.newest} />}{" "}
        {older ? <PageLink href={older} label={words.activity.older} /> : ""}
      </p>
    </AccountLayout>
  );
}

function PageLink({ href, label }: { href: string; label: string }) {
  return (
    <a href={href} safe>
      {label}
    </a>
  );
}

function EventEntry({
  frame: { words, now },
  event,
}: {
  frame: PageContext;
  event: AccountActivityProps["events"][number];
}) {
  const { at, kind, outcome, device, clientAddress } = event;
  const verdict = wordFor(words.activity.outcomes, outcome);
  return (
    <li>
      <div>
        <p class="entry-title">
          <span safe>{wordFor(words.activity.kinds, kind) ?? kind}</span>
          {verdict ? (
            <span class="badge problem" safe>
              {verdict}
            </span>
          ) : (
            ""
          )}
        </p>
        <p class="entry-facts">
          <Ago words={words} date={at} now={now} />
          <span safe>{[device, clientAddress].map((fact) => (fact ? ` · ${fact}` : "")).join("")}</span>
        </p>
      </div>
    </li>
  );
}

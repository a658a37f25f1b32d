import { AccountLayout } from "./account-layout";
import { Form, Hidden, SubmitButton } from "./kit";
import { attribute, type PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { Ago } from "./time";

export interface AccountSessionsProps {
  frame: PageContext;
  sessions: {
    id: string;
    isThisOne: boolean;
    device: string;
    clientAddress: string | null;
    createdAt: Date;
    lastSeenAt: Date;
  }[];
  notice?: NoticeKey;
}

export function AccountSessionsPage({ frame, sessions, notice }: AccountSessionsProps) {
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/sessions" notice={notice}>
      <p safe>{sessions.length > 1 ? words.sessions.intro : words.sessions.alone}</p>
      <ul class="entries">
        {sessions.map((session) => (
          <SessionEntry frame={frame} session={session} />
        ))}
      </ul>
      {sessions.length > 1 ? (
        <Form id="end-others" action="/account/sessions">
          <Hidden name="others" value="on" />
          <SubmitButton label={words.sessions.endOthers} working={words.sessions.ending} />
        </Form>
      ) : (
        ""
      )}
    </AccountLayout>
  );
}

function SessionEntry({
  frame: { words, now },
  session,
}: {
  frame: PageContext;
  session: AccountSessionsProps["sessions"][number];
}) {
  const { id, isThisOne, device, clientAddress, createdAt, lastSeenAt } = session;
  return (
    <li>
      <div>
        <p class="entry-title">
          <span safe>{device}</span>{" "}
          {isThisOne ? (
            <span class="badge" safe>
              {words.sessions.thisOne}
            </span>
          ) : (
            ""
          )}
        </p>
        <p class="entry-facts">
          <span safe>{words.sessions.seen}</span> <Ago words={words} date={lastSeenAt} now={now} /> ·{" "}
          <span safe>{words.sessions.since}</span> <Ago words={words} date={createdAt} now={now} />
          {clientAddress ? <From address={clientAddress} /> : ""}
        </p>
      </div>
      {isThisOne ? "" : <EndForm words={words} id={id} device={device} />}
    </li>
  );
}

function From({ address }: { address: string }) {
  return <span safe>{` · ${address}`}</span>;
}

function EndForm({ words, id, device }: { words: PageContext["words"]; id: string; device: string }) {
  return (
    <Form id={`end-${id}`} action="/account/sessions">
      <Hidden name="id" value={id} />
      <button
        type="submit"
        class="secondary"
        data-working={words.sessions.ending}
        aria-label={attribute(words.sessions.endNamed(device))}
        safe
      >
        {words.sessions.end}
      </button>
    </Form>
  );
}

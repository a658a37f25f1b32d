import { AccountLayout } from "./account-layout";
import { dot } from "./sentence";
import { Button, Hidden, OwnForm } from "./kit";
import type { PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { Card, Row, Rows } from "./rows";
import { Ago } from "./time";

/** What sort of thing a device is, as far as its browser tells. */
export type DeviceKind = "computer" | "phone" | "tablet" | "program";

export interface AccountSessionsProps {
  frame: PageContext;
  sessions: SessionProps[];
  notice?: NoticeKey;
}

interface SessionProps {
  id: string;
  isThisOne: boolean;
  device: string;
  /** Without it, the device is taken for a computer. */
  kind?: DeviceKind;
  clientAddress: string | null;
  /** The name of the country that the address is in. */
  country?: string;
  createdAt: Date;
  lastSeenAt: Date;
}

export function AccountSessionsPage({ frame, sessions, notice }: AccountSessionsProps) {
  const { words } = frame;
  const others = sessions.filter(({ isThisOne }) => !isThisOne);
  const lead = others.length > 0 ? words.sessions.intro : words.sessions.alone;
  return (
    <AccountLayout frame={frame} here="/account/sessions" notice={notice} lead={<span safe>{lead}</span>}>
      <SessionList frame={frame} sessions={sessions.filter(({ isThisOne }) => isThisOne)} />
      <SessionList frame={frame} sessions={others} />
      {others.length > 0 ? <EndOthers frame={frame} /> : ""}
    </AccountLayout>
  );
}

function SessionList({ frame, sessions }: { frame: PageContext; sessions: SessionProps[] }) {
  if (sessions.length === 0) return "";
  return (
    <Card>
      <Rows>
        {sessions.map((session) => (
          <Session frame={frame} session={session} />
        ))}
      </Rows>
    </Card>
  );
}

function Session({ frame, session }: { frame: PageContext; session: SessionProps }) {
  const { words } = frame;
  const { isThisOne, device, kind = "computer", clientAddress, country, createdAt, lastSeenAt } = session;
  return (
    <Row
      icon={kind}
      title={device}
      badge={isThisOne ? { text: words.sessions.thisOne } : undefined}
      facts={
        <>
          {isThisOne ? <span safe>{words.sessions.activeNow}</span> : <LastSeen frame={frame} date={lastSeenAt} />}
          {dot}
          <span safe>{words.sessions.since}</span> <Ago frame={frame} date={createdAt} />
          <From places={[clientAddress, country]} />
        </>
      }
    >
      {isThisOne ? "" : <End frame={frame} session={session} />}
    </Row>
  );
}

function LastSeen({ frame, date }: { frame: PageContext; date: Date }) {
  return (
    <>
      <span safe>{frame.words.sessions.seen}</span> <Ago frame={frame} date={date} />
    </>
  );
}

function From({ places }: { places: (string | null | undefined)[] }) {
  return (
    <span safe>
      {places
        .filter(Boolean)
        .map((place) => `${dot}${place}`)
        .join("")}
    </span>
  );
}

/** Two devices may have the same name, so each button says when its device signed in, and from where. */
function End({ frame, session }: { frame: PageContext; session: SessionProps }) {
  const { words, timeZone } = frame;
  const { id, device, createdAt, clientAddress } = session;
  const signedIn = words.instant(createdAt, timeZone);
  const named = [words.sessions.endNamed(device), signedIn, clientAddress].filter(Boolean).join(", ");
  return (
    <OwnForm frame={frame} id={`end-${id}`} action="/account/sessions">
      <Hidden name="id" value={id} />
      <Button kind="secondary" label={words.sessions.end} working={words.sessions.ending} named={named} />
    </OwnForm>
  );
}

function EndOthers({ frame }: { frame: PageContext }) {
  const { words } = frame;
  return (
    <OwnForm frame={frame} id="end-others" action="/account/sessions">
      <Hidden name="others" value="on" />
      <Button kind="quiet danger" label={words.sessions.endOthers} working={words.sessions.ending} />
    </OwnForm>
  );
}

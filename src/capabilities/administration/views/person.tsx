import { Avatar } from "../../../../views/avatar";
import type { IconName } from "../../../../views/icons";
import { EventRow, runsOf, type EventProps } from "../../../../views/events";
import { ButtonLink } from "../../../../views/kit";
import { attribute } from "../../../../views/layout";
import { Badge, Card, Row, Rows } from "../../../../views/rows";
import { dot, Lines, Written } from "../../../../views/sentence";
import { Ago, Clock } from "../../../../views/time";
import { wordFor } from "../../../../views/words";
import type { PersonView } from "../people/person";
import type { PageWords } from "../words/pages";
import { AdminLayout, type AdminFrame } from "./admin-layout";
import { Badges } from "./people";
import { WaysIn } from "./ways-in";

export interface PersonProps extends AdminFrame {
  person: PersonView;
  /** What whoever looks may do. */
  acts: (keyof PageWords["acts"])[];
  sessions: SessionProps[];
  events: EventProps[];
  /** What mails are called whose kind is the name of no event. */
  mailKinds: Record<string, string>;
  /** What has just been done. */
  done?: keyof PageWords["acts"];
}

interface SessionProps {
  device: string;
  kind: IconName;
  clientAddress: string | null;
  createdAt: Date;
  lastSeenAt: Date;
}

/** One person: what is known of them, and what can be done. */
export function PersonPage(props: PersonProps) {
  const { frame, own, person, done } = props;
  return (
    <AdminLayout
      {...{ frame, own, here: "/admin/people", title: person.profile.name || person.profile.email }}
      head={<Identity {...props} />}
      notice={done && own.acts[done].done}
    >
      <State {...props} />
      <Acts {...props} />
      <WaysIn {...props} />
      <Sessions {...props} />
      <Events {...props} />
      <Mails {...props} />
    </AdminLayout>
  );
}

function Identity({ frame: { words, timeZone }, own, person }: PersonProps) {
  const { profile, roles, isKeptOut, deletedAt, hasSecondFactor } = person;
  return (
    <div class="beside">
      <Avatar owner={profile} large />
      <div>
        <h1>
          <Written text={profile.name || profile.email} />
        </h1>
        <p class="lead">
          <Written text={profile.email} />
          {dot}
          <span safe>{own.person.since(words.date(profile.createdAt, timeZone))}</span>
        </p>
        <p class="badges">
          <Badges own={own} person={{ ...profile, roles, hasSecondFactor, isSuspended: isKeptOut }} />
          {deletedAt ? <Badge text={own.badges.deletion} isBad /> : ""}
        </p>
      </div>
    </div>
  );
}

function State({ frame: { words, timeZone }, own, person: { suspension, isBlocked, deletedAt } }: PersonProps) {
  const { person } = own;
  const since = suspension && words.date(suspension.at, timeZone);
  return (
    <>
      {suspension && since ? (
        <div class="alert">
          <p safe>
            {suspension.until ? person.suspendedUntil(since, words.date(suspension.until)) : person.suspended(since)}
          </p>
          {suspension.words ? (
            <p>
              <span safe>{person.told}</span> <Lines text={suspension.words} />
            </p>
          ) : (
            ""
          )}
        </div>
      ) : (
        ""
      )}
      {isBlocked ? (
        <p class="alert" safe>
          {person.blocked}
        </p>
      ) : (
        ""
      )}
      {deletedAt ? (
        <p class="alert" safe>
          {person.deletion(words.instant(deletedAt, timeZone))}
        </p>
      ) : (
        ""
      )}
    </>
  );
}

function Acts({ own, person: { profile }, acts }: PersonProps) {
  if (acts.length === 0) return "";
  return (
    <Card title={own.person.acts}>
      <div class="acts">
        {acts.map((act) => (
          <ButtonLink
            href={`/admin/people/${encodeURIComponent(profile.id)}/${act}`}
            label={own.acts[act].action}
            kind={act === "suspend" || act === "delete" ? "quiet danger" : "secondary"}
          />
        ))}
      </div>
    </Card>
  );
}

function Sessions({ frame, own: { person }, sessions }: PersonProps) {
  const { words } = frame;
  return (
    <Card title={person.sessions}>
      {sessions.length === 0 ? (
        <p class="empty" safe>
          {person.noSessions}
        </p>
      ) : (
        ""
      )}
      <Rows>
        {sessions.map(({ device, kind, clientAddress, createdAt, lastSeenAt }) => (
          <Row
            icon={kind}
            title={device}
            facts={
              <>
                <span safe>{words.sessions.seen}</span> <Ago frame={frame} date={lastSeenAt} />
                {dot}
                <span safe>{words.sessions.since}</span> <Ago frame={frame} date={createdAt} />
                {clientAddress ? dot : ""}
                <bdi safe>{clientAddress ?? ""}</bdi>
              </>
            }
          />
        ))}
      </Rows>
    </Card>
  );
}

function Events({ frame, own: { person: words }, person: { profile }, events }: PersonProps) {
  return (
    <Card title={words.events}>
      {events.length === 0 ? (
        <p class="empty" safe>
          {words.noEvents}
        </p>
      ) : (
        ""
      )}
      <Rows>
        {runsOf(events).map((run) => (
          <EventRow frame={frame} run={run} withDay />
        ))}
      </Rows>
      <p class="card-foot">
        <a href={attribute(`/admin/events?person=${encodeURIComponent(profile.id)}`)} safe>
          {words.allEvents}
        </a>
      </p>
    </Card>
  );
}

function Mails({ frame, own: { person }, person: { mails }, mailKinds }: PersonProps) {
  const all = [
    ...mails.waiting.map((mail) => ({ ...mail, state: person.mailWaits, isBad: false })),
    ...mails.givenUp.map((mail) => ({ ...mail, state: person.mailGivenUp, isBad: true })),
  ];
  if (all.length === 0) return "";
  return (
    <Card title={person.mails}>
      <Rows>
        {all.map(({ kind, state, isBad, tries, at, recipient }) => (
          <Row
            icon="mail"
            title={wordFor(mailKinds, kind) ?? wordFor(frame.words.activity.kinds, kind) ?? kind}
            isBad={isBad}
            badge={{ text: state, isBad }}
            facts={<bdi safe>{[recipient, tries > 0 ? person.tries(tries) : ""].filter(Boolean).join(dot)}</bdi>}
          >
            <span class="when">
              <Clock frame={frame} date={at} />
            </span>
          </Row>
        ))}
      </Rows>
    </Card>
  );
}

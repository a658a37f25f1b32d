import { AccountLayout } from "./account-layout";
import { Avatar } from "./avatar";
import { EventRow, type EventProps, runsOf } from "./events";
import type { IconName } from "./icons";
import { ButtonLink } from "./kit";
import type { Owner, PageContext } from "./layout";
import type { NoticeKey } from "./words";
import { Card, Row, Rows } from "./rows";
import { dot, Written } from "./sentence";
import { Ago } from "./time";

/** A line about how safe the account is: of the core, or of a capability, which leads to its own page. */
export interface SafetyProps {
  icon: IconName;
  title: string;
  facts?: JSX.Element;
  badge?: { text: string; isBad?: boolean };
  /** Where it is changed; `named` is the link's name for screen readers, which differs from line to line. */
  link: { href: string; label: string; named: string };
}

export interface AccountOverviewProps {
  frame: PageContext;
  owner: Owner & { emailVerified: boolean; createdAt: Date };
  /** When the password was chosen; undefined when there is none. */
  passwordChangedAt?: Date;
  /** The devices that are signed in, by name, this one first. */
  devices: string[];
  /** What capabilities add to the state of security. */
  more?: SafetyProps[];
  /** The newest events; equal ones become one, and the first few are shown. */
  events: EventProps[];
  notice?: NoticeKey;
}

const shownEvents = 3;
const shownDevices = 3;

/** The first page of the account: whose it is, how safe it is, and what happened last. */
export function AccountOverviewPage(props: AccountOverviewProps) {
  const { frame, owner, more = [], events, notice } = props;
  const { words } = frame;
  const lines = [emailLine(props), passwordLine(props), ...more, devicesLine(props)];
  return (
    <AccountLayout
      frame={frame}
      here="/account"
      title={words.account.title}
      head={<Identity frame={frame} owner={owner} />}
      notice={notice}
    >
      {owner.emailVerified || !frame.hasMail ? "" : <Unverified words={words} />}
      <Card title={words.overview.security}>
        <Rows>
          {lines.map(({ link, ...line }) => (
            <Row {...line}>
              <ButtonLink {...link} />
            </Row>
          ))}
        </Rows>
      </Card>
      {events.length > 0 ? <Recent frame={frame} events={events} /> : ""}
    </AccountLayout>
  );
}

function Identity({ frame: { words, timeZone }, owner }: Pick<AccountOverviewProps, "frame" | "owner">) {
  return (
    <div class="beside">
      <Avatar owner={owner} large />
      <div>
        <h1>
          <bdi safe>{owner.name}</bdi>
        </h1>
        <p class="lead">
          <Written text={owner.email} />
          {dot}
          <span safe>{words.overview.since(owner.createdAt, timeZone)}</span>
        </p>
      </div>
    </div>
  );
}

function emailLine({ frame: { words }, owner }: AccountOverviewProps): SafetyProps {
  const { overview, email } = words;
  const badge = owner.emailVerified ? { text: overview.confirmed } : { text: overview.unconfirmed, isBad: true };
  return {
    icon: "mail",
    title: words.account.sections.email,
    facts: <Written text={owner.email} />,
    badge,
    link: { href: "/account/email", label: overview.change, named: email.action },
  };
}

function passwordLine({ frame, passwordChangedAt }: AccountOverviewProps): SafetyProps {
  const { words } = frame;
  const { overview, password } = words;
  return {
    icon: "password",
    title: words.account.sections.password,
    facts: passwordChangedAt ? (
      <Changed frame={frame} date={passwordChangedAt} />
    ) : (
      <span safe>{overview.noPassword}</span>
    ),
    link: { href: "/account/password", label: overview.change, named: password.action },
  };
}

function Changed({ frame, date }: { frame: PageContext; date: Date }) {
  return (
    <>
      <span safe>{frame.words.overview.changed}</span> <Ago frame={frame} date={date} />
    </>
  );
}

function devicesLine({ frame: { words }, devices }: AccountOverviewProps): SafetyProps {
  const { overview } = words;
  const names = [...new Set(devices)]; // a browser that signed in often has one
  const shown = names.slice(0, shownDevices).join(", ");
  return {
    icon: "computer",
    title: overview.devices(devices.length),
    facts: <span safe>{names.length > shownDevices ? `${shown}, …` : shown}</span>,
    link: { href: "/account/sessions", label: overview.review, named: overview.reviewDevices },
  };
}

function Recent({ frame, events }: { frame: PageContext; events: EventProps[] }) {
  const { overview } = frame.words;
  return (
    <Card title={overview.recent}>
      <Rows>
        {runsOf(events)
          .slice(0, shownEvents)
          .map((run) => (
            <EventRow frame={frame} run={run} withDay />
          ))}
      </Rows>
      <p class="card-foot">
        <a href="/account/activity" safe>
          {overview.allActivity}
        </a>
      </p>
    </Card>
  );
}

/** To whoever has not confirmed their address yet: where to do it. */
export function Unverified({ words }: { words: PageContext["words"] }) {
  return (
    <p class="todo">
      <span safe>{words.account.unverified}</span>{" "}
      <a href="/verify-email" safe>
        {words.account.verify}
      </a>
    </p>
  );
}

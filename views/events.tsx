import type { IconName } from "./icons";
import { dot } from "./sentence";
import type { PageContext } from "./layout";
import { wordFor, type Words } from "./words";
import { Row } from "./rows";
import { Clock } from "./time";

/** One thing that happened to an account. */
export interface EventProps {
  at: Date;
  kind: string;
  outcome: string;
  device: string | null;
  clientAddress: string | null;
  /** The name of the country that the address is in. */
  country?: string | null;
  /** What it was done to, where that is somebody or something: the device that was signed out. */
  subject?: string | null;
  /** Who did it, where that was somebody else. */
  actor?: string | null;
}

/** Events that are the same but for their time, with how many they are and the time of the latest. */
export interface Run extends EventProps {
  count: number;
}

/** Events that follow each other and differ in nothing but their time become one. */
export function runsOf(events: EventProps[]): Run[] {
  const runs: Run[] = [];
  for (const event of events) {
    const latest = runs.at(-1);
    if (latest && sameness(latest) === sameness(event)) latest.count += 1;
    else runs.push({ ...event, count: 1 });
  }
  return runs;
}

const sameness = ({ kind, outcome, device, clientAddress, country, subject, actor }: EventProps) =>
  JSON.stringify([kind, outcome, device, clientAddress, country, subject, actor]);

interface EventRowProps {
  frame: PageContext;
  run: Run;
  /** Whether the day is said as well, where no heading says it. */
  withDay?: boolean;
  /** What else there is to know, before everything else. */
  more?: JSX.Element;
}

/** An event in a list: what happened, with which device, and when by the clock. */
export function EventRow({ frame, run, withDay, more }: EventRowProps) {
  const { words, now, timeZone } = frame;
  const { at, kind, outcome, count, device, clientAddress, country, actor } = run;
  const { title, badge } = wordsFor(run, words);
  const day = withDay ? `${words.dayOf(at, { now, timeZone })}, ` : "";
  const by = actor ? words.activity.byOthers : null;
  const times = count > 1 ? words.activity.times(count) : null;
  const from = [times, by, device, clientAddress, country].filter(Boolean).join(dot);
  return (
    <Row
      icon={outcome === "done" ? (icons[kind] ?? "activity") : "cross"}
      isBad={outcome !== "done"}
      title={title}
      badge={badge === undefined ? undefined : { text: badge, isBad: true }}
      facts={from || more ? <Facts from={from} more={more} /> : undefined}
    >
      <span class="when">
        <span safe>{day}</span>
        <Clock frame={frame} date={at} />
      </span>
    </Row>
  );
}

function Facts({ from, more }: { from: string; more?: JSX.Element }) {
  return (
    <>
      {(more ?? "") as "safe"}
      {more && from ? dot : ""}
      <bdi safe>{from}</bdi>
    </>
  );
}

/** A refusal has words of its own where there are some; else the badge says that it was one. */
function wordsFor(event: EventProps, words: Words): { title: string; badge?: string } {
  const { kind, outcome, subject } = event;
  const { activity } = words;
  const own = titleOf(event, words);
  if (own) return { title: own };
  if (kind === "sessions_ended" && subject) return { title: activity.signedOut(subject) };
  return { title: wordFor(activity.kinds, kind) ?? kind, badge: wordFor(activity.outcomes, outcome) };
}

/** What an event is called that was no success, where there are words of its own for that. */
function titleOf({ kind, outcome }: EventProps, { activity }: Words): string | undefined {
  if (outcome === "refused") return wordFor(activity.refused, kind);
  if (outcome === "held_up") return wordFor(activity.heldUp, kind);
  return outcome === "suspended" ? wordFor(activity.suspended, kind) : undefined;
}

const icons: Record<string, IconName> = {
  sign_up: "profile",
  sign_in: "signIn",
  proved: "check",
  sign_out: "signOut",
  name_changed: "pencil",
  picture_changed: "picture",
  picture_removed: "picture",
  email_verified: "check",
  password_changed: "password",
  password_removed: "password",
  password_reset_asked: "key",
  password_reset: "key",
  email_change_asked: "mail",
  email_changed: "mail",
  email_change_undone: "mail",
  sessions_ended: "signOut",
  account_secured: "shield",
  data_exported: "download",
  deletion_asked: "trash",
  deletion_stopped: "check",
  people_imported: "profile",
};

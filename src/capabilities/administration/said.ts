import type { Listed } from "./people/list";
import type { PersonView } from "./people/person";

/** What is read at a terminal; programs read the same with `--json`. */

/** A line for each person. */
export function linesOfPeople(people: readonly Listed[], next: string | undefined): string {
  if (people.length === 0) return "Nobody was found.";
  const lines = people.map(({ createdAt, email, name, isConfirmed, isSuspended, hasSecondFactor, roles }) => {
    const marks = [
      ...(isConfirmed ? [] : ["unconfirmed"]),
      ...(isSuspended ? ["suspended"] : []),
      ...(hasSecondFactor ? ["second factor"] : []),
      ...roles,
    ];
    return [createdAt.toISOString().slice(0, "2026-11-27".length), email, name, ...marks].join("  ");
  });
  return [...lines, ...(next === undefined ? [] : [`There are more: --after ${next}`])].join("\n");
}

/** One person in paragraphs. */
export function linesOfPerson({ profile, roles, suspension, deletedAt, waysIn, ...more }: PersonView): string {
  const { sessions, events, mails } = more;
  const { id, email, name, isConfirmed, createdAt } = profile;
  const paragraph = (title: string, lines: string[]) => (lines.length === 0 ? [] : ["", `${title}:`, ...lines]);
  return [
    `${email}  ${name}`,
    `id ${id}, made ${createdAt.toISOString()}, ${isConfirmed ? "confirmed" : "not confirmed"}`,
    ...roles.map((role) => `has the role ${role}`),
    ...(suspension ? [`suspended ${untilOf(suspension.until)} by ${suspension.by}: ${suspension.words}`] : []),
    ...(more.isBlocked ? ["kept out by a column of `user`"] : []),
    ...(deletedAt ? [`will be deleted at ${deletedAt.toISOString()}`] : []),
    ...paragraph(
      "Ways in",
      Object.entries(waysIn).map(([way, facts]) => `${way}: ${JSON.stringify(facts)}`),
    ),
    ...paragraph(
      "Sessions",
      sessions.map(
        ({ lastSeenAt, clientAddress, userAgent }) =>
          `${lastSeenAt.toISOString()}  ${clientAddress ?? ""}  ${userAgent ?? ""}`,
      ),
    ),
    ...paragraph(
      "Mails that wait",
      mails.waiting.map((mail) => lineOfMail(mail)),
    ),
    ...paragraph(
      "Mails that were given up",
      mails.givenUp.map((mail) => lineOfMail(mail)),
    ),
    ...paragraph(
      "What happened, the newest first",
      events.map(({ at, kind, outcome, clientAddress, actor, reason }) =>
        [at.toISOString(), kind, outcome, clientAddress ?? "", actor ? `by ${actor}` : "", reason ?? ""]
          .join("  ")
          .trimEnd(),
      ),
    ),
  ].join("\n");
}

const untilOf = (until: Date | null) => (until ? `until ${until.toISOString()}` : "without an end");

const lineOfMail = ({ at, kind, recipient, tries }: PersonView["mails"]["waiting"][number]) =>
  `${at.toISOString()}  ${kind}  ${recipient}  tries: ${tries}`;

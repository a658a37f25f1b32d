import { and, desc, eq, gte, lt, lte, sql, type SQL } from "drizzle-orm";
import { user } from "../../../../db/auth-tables";
import { withDeadline } from "../../../../db/deadline";
import { event } from "../../../../db/own-tables";
import type { Orm } from "../../../../db/types";
import { plain } from "../../../settings/ip";

/** Which events are wanted; what is left out lets every one through. */
export interface WantedEvents {
  userId?: string;
  kind?: string;
  /** The IP that they came from, in any spelling. */
  address?: string;
  /** At this time or later, and at this time or before. */
  from?: Date;
  to?: Date;
  /** Within so many seconds up to now, by the clock of the database. */
  within?: number;
  /** Before the event with this id: the next page. */
  before?: number;
  /** At most 1000; 100 when it is left out. */
  count?: number;
}

/** The most that are given at a time. */
export const mostEvents = 1000;

/** An event, with the address of the account that it is about. */
export type FoundEvent = Awaited<ReturnType<typeof searchEvents>>[number];

/** Events, the newest first. */
export function searchEvents(on: Orm, wanted: WantedEvents) {
  const { userId, kind, address, from, to, within, before, count = 100 } = wanted;
  const { at, outcome, clientAddress, userAgent, country, subject, actor, reason } = event;
  const conditions: (SQL | undefined)[] = [
    userId === undefined ? undefined : eq(event.userId, userId),
    kind === undefined ? undefined : eq(event.kind, kind),
    address === undefined ? undefined : eq(event.clientAddress, plain(address)),
    from && gte(event.at, from),
    to && lte(event.at, to),
    within === undefined ? undefined : sql`${event.at} > now() - make_interval(secs => ${within})`,
    before === undefined ? undefined : lt(event.id, before),
  ];
  return withDeadline(
    on
      .select({
        ...{ id: event.id, at, kind: event.kind, outcome, userId: event.userId, email: user.email },
        ...{ clientAddress, userAgent, country, subject, actor, reason },
      })
      .from(event)
      .leftJoin(user, eq(user.id, event.userId))
      .where(and(...conditions))
      .orderBy(desc(event.id))
      .limit(Math.min(Math.max(1, Math.trunc(count)), mostEvents)),
  );
}

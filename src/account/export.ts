import { asc, eq } from "drizzle-orm";
import { withRequestBudget, TooLate } from "../../db/deadline";
import { account, session, user } from "../../db/auth-tables";
import { inTransaction } from "../../db/transaction";
import type { Orm } from "../../db/types";
import type { Visit } from "../http/visit";
import type { Log } from "../process/log";
import { done, type Result } from "../result";
import { longestExport } from "../guard/throttle";
import { activityOf, record } from "./events";
import type { Services } from "./services";

/** More than anybody does in the time for which events are kept; the newest first. */
const mostEvents = 10_000;
/** Events in memory at a time: a moment's work, so that whoever asks for everything keeps nobody else waiting. */
const batch = 200;

/**
 * Everything that is kept about a person, as one JSON text: no hash, no token, nothing that would open the account. A
 * few an hour, and one at a time: a problem instead when there were too many. The text is made as it is read, and no
 * faster; a reader who takes too long is given up. What breaks off never looks whole, and the log says why.
 */
export async function startExport(
  services: Services,
  visit: Visit,
  userId: string,
): Promise<Result<ReadableStream<Uint8Array>>> {
  const { throttle, log, tables } = services;
  const underWay = { kind: "exportUnderWay", key: userId } as const;
  const release = () => throttle.forgive([underWay]);
  const alone = await throttle.take([underWay]);
  if (!alone.ok) return alone;
  try {
    const counted = await throttle.take([{ kind: "export", key: userId }]);
    if (counted.ok) {
      const all = await inTransaction(services.database, async (inner) => {
        await record(inner, { userId }, { kind: "data_exported", client: visit });
        return readAllButActivity(inner, { tables, userId });
      });
      return done(streamOf(piecesOf(services, userId, all), { release, log }));
    }
    await release();
    return counted;
  } catch (error) {
    await release();
    throw error;
  }
}

/** What is kept about a person but for the activity, as it is in this transaction: for `piecesOf`. */
export async function readAllButActivity(
  inner: Orm,
  { tables, userId }: Pick<Services, "tables"> & { userId: string },
) {
  const [profile] = await inner.select().from(user).where(eq(user.id, userId));
  const waysIn = await inner
    .select({ provider: account.providerId, createdAt: account.createdAt, updatedAt: account.updatedAt })
    .from(account)
    .where(eq(account.userId, userId));
  const { id, createdAt, updatedAt, expiresAt, ipAddress, userAgent } = session;
  const sessions = await inner
    .select({ id, createdAt, lastSeenAt: updatedAt, expiresAt, clientAddress: ipAddress, userAgent })
    .from(session)
    .where(eq(session.userId, userId))
    .orderBy(asc(createdAt));
  const own: Record<string, unknown> = {};
  for (const { exported } of tables) if (exported) own[exported.name] = await exported.read(inner, userId);
  const { devices, ...others } = own;
  return { before: { exportedAt: new Date(), profile, waysIn, sessions, devices }, after: others };
}

type AllButActivity = Awaited<ReturnType<typeof readAllButActivity>>;

/** The text in pieces: what is little, the activity a batch at a time, and what comes after it. */
export async function* piecesOf(
  { database }: Pick<Services, "database">,
  userId: string,
  { before, after }: AllButActivity,
): AsyncGenerator<string> {
  yield `${asJson(before).slice(0, -"\n}".length)},\n  "activity": [`;
  let last: number | undefined;
  for (let written = 0; written < mostEvents; written += batch) {
    const events = await withRequestBudget(() => activityOf(database, userId, { count: batch, before: last }));
    const texts = events.map(
      ({ id: _, ...event }) => `\n${" ".repeat(4)}${asJson(event).replaceAll("\n", `\n${" ".repeat(4)}`)}`,
    );
    if (texts.length > 0) yield `${last === undefined ? "" : ","}${texts.join()}`;
    if (events.length < batch) break;
    last = events.at(-1)?.id;
  }
  yield `\n  ],\n${asJson(after).slice("{\n".length)}`;
}

const asJson = (value: object) => JSON.stringify(value, null, 2);

/**
 * Pieces as a stream that asks for the next one when its reader has taken the last, for five minutes at most. An error
 * breaks the connection off, and the log tells of it. `release` is called once nothing more is read.
 */
export function streamOf(
  pieces: AsyncGenerator<string>,
  { release, log }: { release(): Promise<void>; log: Log },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const until = performance.now() + longestExport * 1000;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (performance.now() > until) throw new TooLate("The reader took too long.");
          const next = await pieces.next();
          if (!next.done) return controller.enqueue(encoder.encode(next.value));
          await release();
          controller.close();
        } catch (error) {
          log("warn", "export.broken_off", { error });
          await release();
          controller.error(); // without the error, whose message the runtime might print
        }
      },
      cancel: release, // the reader went away, or stopped: the runtime ends an idle connection
    },
    { highWaterMark: 0 },
  );
}

import { eq, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import { picture } from "../../db/own-tables";
import type { Database } from "../../db/types";
import { randomToken } from "../guard/keys";
import type { Visit } from "../http/visit";
import { done, type Result } from "../result";
import { act, bySession } from "./act";
import type { Services } from "./services";
import type { Current } from "./sessions";

/** Who changes their picture, and from where. */
interface By {
  visit: Visit;
  current: Current;
}

/**
 * Keeps a finished picture of a user, in the place of the one before. It has an address that nobody can guess, which is
 * what the session API tells; the former one leads nowhere from then on.
 */
export function savePicture(services: Services, { visit, current }: By, webp: Uint8Array): Promise<Result> {
  const { userId } = current;
  return act(services, { visit, subject: bySession(current) }, async ({ inner, record }) => {
    const kept = { name: randomToken(), content: Buffer.from(webp).toString("base64"), createdAt: sql`now()` };
    await inner
      .insert(picture)
      .values({ userId, ...kept })
      .onConflictDoUpdate({ target: picture.userId, set: kept });
    const image = `${services.config.origin}/pictures/${kept.name}.webp`;
    await inner.update(user).set({ image, updatedAt: sql`now()` }).where(eq(user.id, userId));
    await record("picture_changed");
    return done();
  });
}

/** Takes a user's picture away: what was uploaded, and the address that an app or a stranger may have given. */
export function removePicture(services: Services, { visit, current }: By): Promise<Result> {
  const { userId } = current;
  return act(services, { visit, subject: bySession(current) }, async ({ inner, record }) => {
    await inner.delete(picture).where(eq(picture.userId, userId));
    await inner.update(user).set({ image: null, updatedAt: sql`now()` }).where(eq(user.id, userId));
    await record("picture_removed");
    return done();
  });
}

/** The WebP of a picture, by its name; undefined when there is none. */
export async function pictureNamed({ orm }: Database, name: string): Promise<Buffer<ArrayBuffer> | undefined> {
  const found = orm.select({ content: picture.content }).from(picture).where(eq(picture.name, name));
  const [kept] = await withDeadline(found);
  return kept && Buffer.from(kept.content, "base64");
}

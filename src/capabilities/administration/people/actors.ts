import { inArray } from "drizzle-orm";
import { user } from "../../../../db/auth-tables";
import { withDeadline } from "../../../../db/deadline";
import type { Orm } from "../../../../db/types";

/** The addresses of those who acted, by their ids; whoever is gone has none. */
export async function addressesOf(orm: Orm, actors: readonly (string | null)[]): Promise<Map<string, string>> {
  const ids = [...new Set(actors)].filter((actor) => actor !== null);
  if (ids.length === 0) return new Map();
  const { id, email } = user;
  const found = await withDeadline(orm.select({ id, email }).from(user).where(inArray(id, ids)));
  return new Map(found.map((one) => [one.id, one.email]));
}

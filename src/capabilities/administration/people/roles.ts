import { and, asc, eq } from "drizzle-orm";
import { user } from "../../../../db/auth-tables";
import { withDeadline } from "../../../../db/deadline";
import { role } from "../../../../db/own-tables";
import type { Orm } from "../../../../db/types";
import { isLastAdmin } from "../../../account/last-admin";
import { done, refused, type Result } from "../../../result";
import type { Role } from "../roles";
import { administer, refuse, type Hands, type Order } from "./act";

/** Who may do what for others. */

/** Gives somebody a role, whose address is confirmed; gives whether they did not have it. */
export function giveRole(
  hands: Hands,
  { role: given, ...order }: Order & { role: Role },
): Promise<Result<{ isNew: boolean }>> {
  return administer(hands, { ...order, what: "giveRole" }, async ({ inner, person, note }) => {
    if (!person.emailVerified) return refuse("role_unconfirmed");
    const added = await inner
      .insert(role)
      .values({ userId: person.id, role: given, by: order.by.actor })
      .onConflictDoNothing()
      .returning({ role: role.role });
    if (added.length > 0) await note("role_given", given);
    return done({ isNew: added.length > 0 });
  });
}

/** Takes a role away; gives whether they had it. The last administrator stays one. */
export function takeRole(
  hands: Hands,
  { role: taken, ...order }: Order & { role: Role },
): Promise<Result<{ wasThere: boolean }>> {
  return administer(hands, { ...order, what: "takeRole" }, async ({ inner, person, note }) => {
    if (taken === "admin" && (await isLastAdmin(inner, person.id))) return refused("admin_last");
    const removed = await inner
      .delete(role)
      .where(and(eq(role.userId, person.id), eq(role.role, taken)))
      .returning({ role: role.role });
    if (removed.length > 0) await note("role_taken", taken);
    return done({ wasThere: removed.length > 0 });
  });
}

/** Somebody with a role. */
export interface Holder {
  id: string;
  email: string;
  name: string;
  role: string;
  by: string;
  at: Date;
}

/** Everybody who has a role, the oldest first. */
export function holders(on: Orm): Promise<Holder[]> {
  return withDeadline(
    on
      .select({ id: user.id, email: user.email, name: user.name, role: role.role, by: role.by, at: role.at })
      .from(role)
      .innerJoin(user, eq(user.id, role.userId))
      .orderBy(asc(role.at), asc(user.id)),
  );
}

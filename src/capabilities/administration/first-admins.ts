import { and, eq, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { user } from "../../../db/auth-tables";
import { role } from "../../../db/own-tables";
import type { Database } from "../../../db/types";
import { record, type EventKind } from "../../account/events";
import { email } from "../../guard/fields";
import { operator } from "./people/act";

/** `GATEHOUSE_ADMINS`: addresses with commas between them. */
export const addresses = z
  .string()
  .transform((text) => text.split(",").map((one) => one.trim()))
  .refine((all) => all.every((one) => email.safeParse(one).success), "must be email addresses with commas between them")
  .transform((all) => all.map((one) => one.toLowerCase()));

/**
 * Makes the owners of these addresses administrators, once they have confirmed, and only while there is none: nobody
 * becomes one by being the first to sign up, and whoever lost the role does not get it back by a restart.
 */
export async function appointFirst(database: Database, named: unknown): Promise<void> {
  const wanted = z.array(z.string()).safeParse(named);
  if (!wanted.success || wanted.data.length === 0) return;
  await database.transactionWithoutDeadlines(async (inner) => {
    const isOne = eq(role.role, "admin");
    if ((await inner.select({ id: role.userId }).from(role).where(isOne).limit(1)).length > 0) return;
    const confirmed = and(inArray(user.email, wanted.data), eq(user.emailVerified, true));
    const people = await inner.select({ id: user.id }).from(user).where(confirmed).for("no key update");
    for (const { id } of people) {
      const set = { userId: id, role: "admin", by: operator, at: sql`now()` };
      const given = await inner.insert(role).values(set).onConflictDoNothing().returning({ role: role.role });
      if (given.length === 0) continue; // another replica, which starts at the same time
      const client = { ip: "", userAgent: "", language: "en" } as const;
      const by = { actor: operator, reason: "GATEHOUSE_ADMINS" };
      await record(inner, { userId: id }, { kind: "role_given" as EventKind, client, subject: "admin", by });
    }
  });
}

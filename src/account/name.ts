import { eq, sql } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import type { Visit } from "../http/visit";
import { done, type Result } from "../result";
import { act, bySession } from "./act";
import type { Services } from "./services";
import type { Current } from "./sessions";

/** Gives a user another name, which must have passed `name` of `fields.ts`. */
export function changeName(
  services: Services,
  { visit, current }: { visit: Visit; current: Current },
  name: string,
): Promise<Result> {
  return act(services, { visit, subject: bySession(current) }, async ({ inner, who, record }) => {
    await inner.update(user).set({ name, updatedAt: sql`now()` }).where(eq(user.id, who.userId));
    await record("name_changed");
    return done();
  });
}

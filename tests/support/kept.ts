import type { Gatehouse, Visitor } from "./harness";
import { until } from "./until";

/** Sessions that a Gatehouse has in its memory. */

export const isKept = (at: Gatehouse, visitor: Visitor): boolean => at.live.find(visitor.cookieHeader()) !== undefined;

/** Asks until the session is kept: the first to ask only starts the listening. */
export async function untilKept(at: Gatehouse, visitor: Visitor, path = "/api/session"): Promise<Visitor> {
  const isKeptNow = async () => {
    await visitor.get(path);
    return isKept(at, visitor);
  };
  await until("the session is kept", isKeptNow, { every: 10 });
  return visitor;
}

/** Does something while the session is kept, once more where a busy machine let go of it meanwhile by itself. */
export async function whileKept<Result>(at: Gatehouse, visitor: Visitor, act: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; tries < 10; tries++) {
    await untilKept(at, visitor);
    const result = await act();
    if (isKept(at, visitor)) return result;
  }
  throw new Error("The session was not kept meanwhile.");
}

export async function untilForgotten(at: Gatehouse, visitor: Visitor): Promise<void> {
  await until("the session is kept no more", () => !isKept(at, visitor));
}

/** Somebody whose session is in memory. */
export async function regular(at: Gatehouse): Promise<Visitor> {
  const visitor = at.visitor();
  await visitor.join();
  return untilKept(at, visitor);
}

/** A browser with another one's cookies, as a second tab or whoever copied them. */
export function sameBrowser(at: Pick<Gatehouse, "visitor">, { cookies }: Pick<Visitor, "cookies">): Visitor {
  const visitor = at.visitor();
  for (const [name, value] of cookies) visitor.cookies.set(name, value);
  return visitor;
}

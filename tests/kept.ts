import type { Gatehouse, Visitor } from "./harness";

/** Sessions that a Gatehouse has in its memory. */

export const isKept = (at: Gatehouse, visitor: Visitor): boolean => at.live.find(visitor.cookieHeader()) !== undefined;

/** Asks until the session is kept: the first to ask only starts the listening. */
export async function untilKept(at: Gatehouse, visitor: Visitor, path = "/api/session"): Promise<Visitor> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(10)) {
    await visitor.get(path);
    if (isKept(at, visitor)) return visitor;
  }
  throw new Error("The session was not kept.");
}

export async function untilForgotten(at: Gatehouse, visitor: Visitor): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(5)) if (!isKept(at, visitor)) return;
  throw new Error("The session is still kept.");
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

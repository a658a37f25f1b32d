import { join } from "node:path";
import { startGatehouse, type Gatehouse, type Got, type Visitor } from "./harness";

/** One file of the contract: what is asked, and what is answered, byte for byte. */
export interface Golden<Request> {
  request: Request;
  response: { status: number; headers: Record<string, string>; absentHeaders: string[]; body: unknown };
}

/** Asks what a golden file says, on behalf of whoever the situation brings. */
export type Ask = (visitor: Visitor) => Promise<Got>;

/** The golden file of a folder by its name. */
export const goldenIn = <Request>(folder: string, name: string): Promise<Golden<Request>> =>
  Bun.file(join(folder, `${name}.json`)).json();

/** Somebody who is signed in asks. */
export async function signedIn(gatehouse: Gatehouse, ask: Ask): Promise<Got> {
  const visitor = gatehouse.visitor();
  await visitor.join();
  return ask(visitor);
}

/** The same, and the database is gone. */
export async function unavailable(settings: Record<string, string>, ask: Ask): Promise<Got> {
  const broken = await startGatehouse(settings);
  const visitor = broken.visitor();
  await visitor.join();
  await broken.takeAway();
  return ask(visitor);
}

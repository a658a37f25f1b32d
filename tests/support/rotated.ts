import type { Capability } from "../../src/capability";
import { newTestDatabase, type TestDatabase } from "./databases";
import { secret, startGatehouse, Visitor, type Gatehouse } from "./harness";

/** The secret that takes the place of the one that the tests have. */
export const next = "another-secret-that-the-tests-know-9876543210";

/** Programs on one database, one for each state of a secret that is rotated. */
export interface Rotated {
  given: TestDatabase;
  before: Gatehouse;
  /** It signs with the old secret, and knows the new one. */
  turned: Gatehouse;
  /** It signs with the new secret, and knows the old one. */
  both: Gatehouse;
  after: Gatehouse;
  close(): Promise<void>;
}

/** Starts all of them. */
export async function startRotated(capabilities: readonly Capability[] = []): Promise<Rotated> {
  const given = await newTestDatabase();
  const start = (settings: Record<string, string>) =>
    startGatehouse(settings, { ...given, remove: () => Promise.resolve() }, capabilities);
  const before = await start({ BETTER_AUTH_SECRET: secret });
  const turned = await start({ BETTER_AUTH_SECRETS: `1:${secret},2:${next}` });
  const both = await start({ BETTER_AUTH_SECRETS: `2:${next},1:${secret}` });
  const after = await start({ BETTER_AUTH_SECRETS: `2:${next}` });
  const close = async () => {
    for (const gatehouse of [before, turned, both, after]) await gatehouse.close();
    await given.remove();
  };
  return { given, before, turned, both, after, close };
}

/** The same browser, at another program. */
export function at(gatehouse: Gatehouse, { address, cookies }: Visitor): Visitor {
  const there = new Visitor(gatehouse.edge, gatehouse.origin, address);
  for (const [name, value] of cookies) there.cookies.set(name, value);
  return there;
}

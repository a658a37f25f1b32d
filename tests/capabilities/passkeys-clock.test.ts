import { afterAll, afterEach, beforeAll, expect, setSystemTime, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { get } from "../support/authenticator";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { add, signInOptions } from "../support/passkeys";

/** Passkeys where the program's clock is set. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [passkeys]);
});
afterAll(() => gatehouse.close());
afterEach(() => void setSystemTime());

test("a challenge of a clock that was set back is good no longer than its answer is remembered", async () => {
  const owner = gatehouse.visitor();
  await owner.join();
  const { held } = await add(owner);
  const visitor = gatehouse.visitor();
  for (const [seconds, status] of [
    [5 * 60, 303], // as clocks of replicas may differ
    [60 * 60, 422],
  ] as const) {
    setSystemTime(new Date(Date.now() + seconds * 1000));
    const passkey = await get(await signInOptions(visitor), visitor.origin, held);
    setSystemTime();
    expect([seconds, (await visitor.post("/sign-in/passkey", { passkey })).status]).toEqual([seconds, status]);
  }
});

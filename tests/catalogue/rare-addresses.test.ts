import { afterAll, beforeAll, beforeEach, describe, test } from "bun:test";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { rareAddresses, waysOfRare } from "../support/rare-addresses";

/** People whose address is rarer than most get in by every door. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

describe.each(Object.entries(waysOfRare))("whoever has an address that HTML takes %s", (_, go) => {
  test.each(rareAddresses)("%s", (email) => go(gatehouse, email));
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** What a proxy demands of a visitor by the address that it asks. */

const path = "/api/forward-auth";
const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

test("a proxy that asks for a role lets in whoever has it, until it is taken", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const asked = async (query: string) => (await visitor.get(`${path}?${query}`, page)).status;
  await giveRole(gatehouse, email, "support");
  expect([await asked("role=support"), await asked("role=admin"), await asked("role=")]).toEqual([204, 403, 403]);
  await gatehouse.rows("delete from gatehouse.role");
  expect(await asked("role=support")).toBe(403);
});

const slips = [
  "roles=admin",
  "Role=admin",
  "factor=2",
  "factors=2&amp;role=admin",
  "role=admin&role=admin",
  "factors=3",
];
for (const query of [...slips, "factors=2&factors=2", "factors=", "%20role=admin", "role[]=admin"])
  test(`a proxy whose demand is a slip of the pen lets nobody in: ${query}`, async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    await giveRole(gatehouse, email);
    for (const asking of [visitor, gatehouse.visitor()]) {
      const { status, text } = await asking.get(`${path}?${query}`, page);
      expect([status, JSON.parse(text).error.code]).toEqual([403, "unknown_demand"]);
    }
  });

test("what a visitor has in a query that the proxy passes on is no demand", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  for (const query of ["a=1&a=2", "roleplay=1&parole=2&x-role=3", "__proto__=1", "%00=%ff", "=", "q=role"])
    expect([query, (await visitor.get(`${path}?${query}`, page)).status]).toEqual([query, 204]);
});

import { describe, expect, spyOn, test } from "bun:test";
import { availableParallelism } from "node:os";
import { newEmbedded } from "./databases";
import { newPerson, startGatehouse } from "./harness";

/** A Gatehouse on the embedded database, whose one connection shows at once who waits for whom. */
async function startEmbedded() {
  const embedded = await newEmbedded();
  return { gatehouse: await startGatehouse({}, embedded), pglite: embedded.pglite };
}

describe("a flood of sign-ups", () => {
  test("holds no transaction while it hashes: nobody waits for a connection because of a hash", async () => {
    const { gatehouse, pglite } = await startEmbedded();
    let open = 0;
    const transaction = pglite.transaction.bind(pglite);
    pglite.transaction = (work) =>
      transaction(async (inner) => {
        open += 1;
        return work(inner).finally(() => (open -= 1));
      });
    const openWhileHashing: number[] = [];
    const { hash } = Bun.password;
    const spy = spyOn(Bun.password, "hash").mockImplementation((...given) => {
      openWhileHashing.push(open);
      return hash(...given);
    });
    try {
      const person = newPerson();
      await Promise.all([person, person, newPerson(), newPerson()].map((someone) => gatehouse.visitor().signUp(someone)));
    } finally {
      spy.mockRestore();
    }
    expect(openWhileHashing).toEqual([0, 0, 0, 0]);
    await gatehouse.close();
  });
});

describe("a flood of sign-ins", () => {
  test("is turned away with a word and a time, before it costs a query, and everybody else is served", async () => {
    const { gatehouse, pglite } = await startEmbedded();
    const member = gatehouse.visitor();
    await member.join();
    const guests = 16 * availableParallelism() + 40; // more than there are places on any machine
    let queries = 0;
    const query = pglite.query.bind(pglite);
    pglite.query = ((...given: Parameters<typeof query>) => { queries += 1; return query(...given); }) as typeof pglite.query;
    const flood = Promise.all(Array.from({ length: guests }, () => gatehouse.visitor().signIn({ ...newPerson(), password: "not this password" })));
    const check = await member.get("/api/session");
    const answers = await flood;
    expect(check.status).toBe(200);
    const shed = answers.filter(({ status }) => status === 503);
    const answered = answers.filter(({ status }) => status === 422);
    expect(shed.length + answered.length).toBe(guests);
    expect(shed.length).toBeGreaterThan(0);
    expect(queries).toBeLessThanOrEqual(answered.length * 6); // limits, account, event; none for those turned away
    for (const got of shed) {
      expect(got.headers.get("retry-after")).toBe("1");
      expect(got.page.querySelector("[role=alert]")?.text).toBe("Many people are signing in right now. Try again in a moment.");
    }
    await gatehouse.close();
  });
});

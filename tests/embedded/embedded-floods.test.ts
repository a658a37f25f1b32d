import type { PGlite } from "@electric-sql/pglite";
import type { Socket } from "bun";
import { describe, expect, spyOn, test } from "bun:test";
import { sql } from "drizzle-orm";
import { availableParallelism } from "node:os";
import { newEmbedded } from "../support/databases";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";
import { isKept, regular } from "../support/kept";

/** A Gatehouse on the embedded database, whose one connection shows at once who waits for whom. */
async function startEmbedded(settings: Record<string, string> = {}) {
  const embedded = await newEmbedded();
  return { gatehouse: await startGatehouse(settings, embedded), pglite: embedded.pglite };
}

/** Gives how many questions the database was asked since the last look. */
function countQueries(pglite: PGlite): () => number {
  let queries = 0;
  const query = pglite.query.bind(pglite);
  pglite.query = ((...given: Parameters<typeof query>) => {
    queries += 1;
    return query(...given);
  }) as typeof pglite.query;
  return () => {
    const count = queries;
    queries = 0;
    return count;
  };
}

/** How many signs of life the database was asked for at most since a moment: two in a second. */
const signsOfLifeSince = (began: number) => Math.ceil((performance.now() - began) / 500);

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
    const { postMessage } = Worker.prototype; // what is asked of a hashing thread
    const spy = spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, question: unknown) {
      openWhileHashing.push(open);
      postMessage.call(this, question);
    });
    try {
      const person = newPerson();
      for (const someone of [person, person, newPerson()]) await gatehouse.visitor().signUp(someone);
    } finally {
      spy.mockRestore();
    }
    expect(openWhileHashing).toEqual([0, 0, 0, 0, 0, 0]); // each password is judged on a thread, then hashed on one
    await gatehouse.close();
  });
});

describe("a burst of writes", () => {
  test("lets the sockets have their turn between two queries, though each of them ends without a pause", async () => {
    const { database, remove } = await newEmbedded();
    const talk = await startTalk();
    for (let number = 0; number < 300; number++) await database.orm.execute(sql`select ${number}`);
    // Counted, not timed: a word goes one way in each turn, however slow the machine is.
    expect(talk.words()).toBeGreaterThan(100);
    talk.end();
    await remove();
  });
});

/** A word that goes to and fro between two sockets for as long as they are served. */
async function startTalk() {
  let words = 0;
  const socket = {
    data(from: Socket<undefined>, word: Buffer) {
      words += 1;
      from.write(word);
    },
  };
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
  const client = await Bun.connect({ hostname: "127.0.0.1", port: server.port, socket });
  client.write(".");
  return {
    words: () => words,
    end() {
      client.terminate();
      server.stop(true);
    },
  };
}

describe("Better Auth's own question", () => {
  test("costs one query where nothing is kept in memory, as ours does", async () => {
    const { gatehouse, pglite } = await startEmbedded({ GATEHOUSE_SESSION_CACHE: "0" });
    const member = gatehouse.visitor();
    await member.join();
    await gatehouse.mailsTo(""); // the sender is done
    const countSoFar = countQueries(pglite);
    for (const path of ["/api/session", "/api/auth/get-session"]) {
      expect((await member.get(path)).status).toBe(200);
      expect([path, countSoFar()]).toEqual([path, 1]);
    }
    await gatehouse.close();
  });
});

describe("a flood of requests that change nothing", () => {
  test("costs the database no question, and what is kept in memory stays", async () => {
    const { gatehouse, pglite } = await startEmbedded();
    const member = await regular(gatehouse);
    const [began, countSoFar] = [performance.now(), countQueries(pglite)];
    const stranger = gatehouse.visitor();
    const flood = (method: string, path: string) =>
      Array.from({ length: 200 }, () => stranger.send(path, { method, headers: { origin: "https://evil.example" } }));
    await Promise.all([
      ...flood("OPTIONS", "/api/session"),
      ...flood("HEAD", "/sign-in"),
      ...flood("HEAD", "/livez"),
      ...flood("GET", "/sign-in?lang=de"),
    ]);
    expect(countSoFar()).toBeLessThanOrEqual(1 + signsOfLifeSince(began));
    await Promise.all(Array.from({ length: 200 }, () => stranger.post("/sign-out", {})));
    expect(countSoFar()).toBeLessThanOrEqual(4 + signsOfLifeSince(began)); // many changes are heard of together
    expect(isKept(gatehouse, member)).toBe(true);
    await gatehouse.close();
  });
});

describe("a flood of sign-ins", () => {
  test("is turned away with a word and a time, before it costs a query, and everybody else is served", async () => {
    const { gatehouse, pglite } = await startEmbedded();
    const member = gatehouse.visitor();
    await member.join();
    const [began, countSoFar] = [performance.now(), countQueries(pglite)];
    expect((await signInWrongly(gatehouse)).status).toBe(422);
    const costOfOne = countSoFar();
    const guests = 150 * hashingCores; // many more than can be served in the second for which somebody waits
    const flood = Promise.all(Array.from({ length: guests }, () => signInWrongly(gatehouse)));
    const check = await member.get("/api/session");
    const answers = await flood;
    expect(check.status).toBe(200);
    const shed = answers.filter(({ status }) => status === 503);
    const answered = answers.filter(({ status }) => status === 422);
    expect(shed.length + answered.length).toBe(guests);
    expect(shed.length).toBeGreaterThan(50);
    const toBeCaughtUp = answered.length; // each asks once more at most: a flood has more to hear of than one sign-in
    const ofMember = 1;
    // None for those turned away.
    const most = answered.length * costOfOne + toBeCaughtUp + ofMember + signsOfLifeSince(began);
    expect(countSoFar()).toBeLessThanOrEqual(most);
    for (const got of shed) {
      expect(got.headers.get("retry-after")).toBe("1");
      expect(got.page.querySelector("[role=alert]")?.text).toBe(
        "Many people are signing in right now. Try again in a moment.",
      );
    }
    await gatehouse.close();
  });
});

const hashingCores = Math.max(1, availableParallelism() - 1);
const signInWrongly = (gatehouse: Gatehouse) =>
  gatehouse
    .visitor()
    .impatient()
    .signIn({ ...newPerson(), password: "not this password" });

import { afterAll, beforeAll, expect, test } from "bun:test";
import { requestTo, titleOf, type Sent } from "../../catalogue/request";
import type { Route } from "../../catalogue/route";
import { routes } from "../../catalogue/routes";
import { kept, makeWorld, restore, snapshot, type World } from "../../catalogue/world";
import { rounds } from "../../support/rounds";
import type { Gatehouse, Person, Visitor } from "../../support/harness";
import { regular, untilKept } from "../../support/kept";
import { threadMilliseconds } from "../../support/thread-clock";

/** What one account can do: how much it may write, and how long it may keep everybody else waiting. */

/** In `bun run test:faults` a thousand; any number above the bound on rows shows a missing bound. */
const calls = rounds(250, 1000);
const atATime = 5;
/** A person's bound in any table, for any one thing that is done again and again within a minute or two. */
const mostRows = 200;
const promisedMilliseconds = 25;

let world: World;
let before: string[];
let neighbour: Visitor;
beforeAll(async () => {
  world = await makeWorld();
  await world.gatehouse.rows(
    `update account set password = $2 where user_id = (select id from "user" where email = $1)`,
    [world.member.email, await quickHash(world.member.password)],
  );
  neighbour = await regular(world.gatehouse);
  before = await snapshot(world);
});
afterAll(() => world.gatehouse.close());

let clients = 0;
/** From a hundred addresses in turn: it is the account that must be bounded, not the address. */
async function send({ method, path, headers, body }: Sent): Promise<Response> {
  const { edge, origin } = world.gatehouse;
  const given = Object.entries({ host: new URL(origin).host, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  await new Promise(setImmediate); // as between two requests from a socket
  const response = await edge(
    new Request(origin + path, { method, headers: Object.fromEntries(given), body }),
    `10.77.0.${++clients % 100}`,
  );
  await response.bytes();
  return response;
}

/** A thousand, five at a time: as one ends, the next begins. */
async function repeat(route: Route) {
  let begun = 0;
  const caller = async () => {
    while (begun++ < calls) {
      if (begun % 20 === 0) await staySignedIn();
      await send(requestTo(route, world));
    }
  };
  await Promise.all(Array.from({ length: atATime }, caller));
}

/**
 * How long this thread works, in milliseconds, while somebody else's session check waits for its turn and its
 * answer: the p99 of many. The database works on the same thread; what else the machine has to do meanwhile does
 * not count.
 */
async function slowestCheck(work: () => Promise<void>): Promise<number> {
  const waits: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      await Bun.sleep(4);
      const worked = threadMilliseconds();
      await Bun.sleep(1);
      expect((await neighbour.get("/api/session")).status).toBe(200);
      waits.push(threadMilliseconds() - worked);
    }
  })();
  await work();
  isOver = true;
  await asking;
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0;
}

/** Whoever was signed out is signed in again, as often as that is allowed. */
const staySignedIn = () =>
  world.gatehouse.rows(
    "insert into session select * from jsonb_populate_recordset(null::session, $1::jsonb) on conflict do nothing",
    [before[kept.indexOf("session")]],
  );

async function countRows(): Promise<Record<string, number>> {
  const { rows } = world.gatehouse;
  await world.gatehouse.mailsTo("");
  const tables = await rows<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'gatehouse') order by 1`,
  );
  const count = (name: string) => `(select count(*)::int from ${name}) as "${name.replaceAll('"', "")}"`;
  const [counts] = await rows<Record<string, number>>(`select ${tables.map(({ name }) => count(name)).join(", ")}`);
  return counts ?? {};
}

const ofMembers = routes.filter(({ as, path }) => as !== undefined || /^\/(sign-in|api\/auth\/sign-in)/.test(path));

test("a thousand calls of one account are calls of every route that somebody who is signed in has", () =>
  expect(ofMembers.length).toBeGreaterThan(25));

for (const route of ofMembers)
  test(`write a bounded number of rows and slow no session check: ${titleOf(route)}`, async () => {
    await restore(world, before);
    await untilKept(world.gatehouse, neighbour);
    // What the tests before left behind would be collected while somebody waits here.
    world.gatehouse.log.length = 0;
    Bun.gc(true);
    if (/export|activity/.test(route.path)) await manyEvents(world.gatehouse, world.member);
    const rowsBefore = await countRows();
    let p99 = await slowestCheck(() => repeat(route));
    const rowsAfter = await countRows();
    // A busy machine is slow now and then, a slow route each time.
    for (let again = 0; again < 2 && p99 >= promisedMilliseconds; again++)
      p99 = Math.min(p99, await slowestCheck(() => repeat(route)));
    expect(Object.entries(rowsAfter).filter(([table, count]) => count - (rowsBefore[table] ?? 0) > mostRows)).toEqual(
      [],
    );
    expect(p99).toBeLessThan(promisedMilliseconds);
  });

/** A hash that takes no time to check, until a sign-in replaces it: what hashing costs is measured elsewhere. */
const quickHash = (password: string) =>
  Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 8, timeCost: 1 });

/**
 * As many events as a download holds, each as long as one can be, and known to the planner, as they are where they
 * came one by one.
 */
async function manyEvents({ rows }: Gatehouse, { email }: Pick<Person, "email">) {
  await rows(
    `insert into gatehouse.event (kind, outcome, user_id, client_address, user_agent)
      select 'sign_in', 'done', (select id from "user" where email = $1), '203.0.113.' || n % 250, repeat('x', 512)
        from generate_series(1, 10000) n`,
    [email],
  );
  await rows("analyze gatehouse.event");
}

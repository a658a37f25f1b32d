import { afterAll, beforeAll, expect, test } from "bun:test";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const ask = (visitor: Visitor) => visitor.post("/account/export", {});

/** A member with so many events, each as long as one can be, and one whose browser has marks that JSON must keep. */
async function memberWith(events: number, at: Gatehouse = gatehouse): Promise<Visitor> {
  const visitor = at.visitor();
  const { email } = await visitor.join();
  const insert = `insert into gatehouse.event (kind, outcome, user_id, user_agent)
    select 'sign_in', 'done', (select id from "user" where email = $1), $2 from generate_series(1, $3::int)`;
  await at.rows(insert, [email, oddBrowser, events]);
  return visitor;
}

const oddBrowser = `a"b\\c\u2028d\ne\u00e9${"x".repeat(500)}`;

/** Asks for a download through a socket, and takes what `read` takes of it. */
async function overSocket(at: Gatehouse, visitor: Visitor, read: (answer: Response) => Promise<void>) {
  const idleTimeout = 1; // in seconds; the program waits longer
  const server = Bun.serve({
    port: 0,
    development: false,
    idleTimeout,
    fetch: (request) =>
      at.edge(
        new Request(request, { headers: { ...Object.fromEntries(request.headers), host: new URL(at.origin).host } }),
        visitor.address,
      ),
  });
  try {
    const headers = {
      cookie: visitor.cookieHeader(),
      origin: at.origin,
      "content-type": "application/x-www-form-urlencoded",
    };
    await read(await fetch(`${server.url}account/export`, { method: "POST", body: "", headers }));
  } finally {
    await server.stop(true);
  }
}

async function untilAllowed(visitor: Visitor): Promise<number> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await Bun.sleep(100)) {
    const { status } = await ask(visitor);
    if (status !== 429) return status;
  }
  return 429;
}

test("a download of one's own data is the same JSON, however the batches fall", async () => {
  for (const events of [0, 196, 197, 198, 400, 11_000]) {
    const { text } = await ask(await memberWith(events));
    const { activity, ...others } = JSON.parse(text);
    expect(text).toBe(
      JSON.stringify(
        {
          exportedAt: others.exportedAt,
          profile: others.profile,
          waysIn: others.waysIn,
          sessions: others.sessions,
          devices: others.devices,
          activity,
          language: "en",
          deletion: null,
          picture: null,
          suspension: null,
          roles: [],
          invitations: [],
        },
        null,
        2,
      ),
    );
    expect(activity).toHaveLength(Math.min(events + 3, 10_000)); // signed up, signed in, downloaded
    expect(Object.keys(activity[0])).toEqual([
      "at",
      "kind",
      "outcome",
      "clientAddress",
      "userAgent",
      "country",
      "subject",
      "actor",
      "reason",
    ]);
    expect(activity[0].kind).toBe("data_exported");
    if (events > 0) expect(activity[1].userAgent).toBe(oddBrowser);
  }
});

test("a download of one's own data is had five times an hour; the sixth is told when to come back", async () => {
  const visitor = await memberWith(0);
  for (let i = 0; i < 5; i++) expect((await ask(visitor)).status).toBe(200);
  const sixth = await ask(visitor);
  expect([sixth.status, Number(sixth.headers.get("retry-after"))]).toEqual([429, expect.closeTo(3600, -2)]);
  expect((await ask(await memberWith(0))).status).toBe(200);
});

test("a download of one's own data is one at a time: the next begins when the reader has gone", async () => {
  const visitor = await memberWith(5000);
  await overSocket(gatehouse, visitor, async (answer) => {
    const reader = answer.body?.getReader();
    await reader?.read();
    const [second] = await Promise.all([ask(visitor), ask(visitor), ask(visitor)]);
    expect([second.status, Number(second.headers.get("retry-after")) > 200]).toEqual([429, true]);
    await reader?.cancel();
    expect(await untilAllowed(visitor)).toBe(200);
  });
});

test("a download of one's own data is given up when its reader stops reading", async () => {
  const visitor = await memberWith(10_000);
  await overSocket(gatehouse, visitor, async () => {
    expect((await ask(visitor)).status).toBe(429);
    expect(await untilAllowed(visitor)).toBe(200);
  });
});

test("a download of one's own data that breaks off in the middle never looks whole, and the log says so", async () => {
  const own = await startGatehouse();
  const visitor = await memberWith(10_000, own);
  const read = overSocket(own, visitor, async (answer) => {
    expect(answer.status).toBe(200);
    await own.takeAway();
    await answer.text();
  });
  expect(
    await read.then(
      () => "whole",
      () => "broken off",
    ),
  ).toBe("broken off");
  expect(own.log.filter((line) => line.includes('"export.broken_off"'))).toHaveLength(1);
  await own.close();
});

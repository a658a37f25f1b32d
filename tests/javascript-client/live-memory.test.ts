import { describe, expect, test } from "bun:test";
import { type Caller, Unavailable } from "../../clients/javascript/src/index";
import { type Changes, LiveMemory, readChanges } from "../../clients/javascript/src/live-memory";
import type { Moment } from "../../clients/javascript/src/moment";
import { read } from "../source/files";

/** What is in memory never counts for longer than it may, whatever comes in which order. */

interface Scenario {
  what: string;
  session?: Contract["session"];
  steps: Step[];
}

interface Step {
  at: number;
  cookie?: string;
  told?: { asked: number; ids?: string[]; ahead?: number };
  kept?: { asked: number; fresh?: boolean };
  failed?: object;
  nobody?: object;
  hit?: boolean;
  fresh?: boolean;
}

interface Contract {
  ahead: number;
  longestSeconds: number;
  freshSeconds: number;
  session: { createdAt: number; expiresAt: number; fresh: boolean };
  scenarios: Scenario[];
}

const contract: Contract = JSON.parse(read("clients/contract/memory/scenarios.json"));
const usual = "better-auth.session_token=a.b";

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();

function callerFor({ session = contract.session, sessionId = "s", userId = "u" } = {}): Caller {
  const [createdAt, expiresAt] = [session.createdAt, session.expiresAt].map((at) => instant(contract.ahead + at));
  const times = { createdAt: createdAt ?? "", expiresAt: expiresAt ?? "" };
  return {
    user: { id: userId, email: "ada@example.org", emailVerified: true, name: "Ada", image: null, roles: [] },
    session: { id: sessionId, ...times, fresh: session.fresh, factors: 1, methods: ["password"] },
  };
}

const at = (seconds: number): Moment => ({ steady: seconds, wall: 7_000_000 + seconds });

function told(ids: string[] | undefined, asked = 0, ahead = contract.ahead): Changes {
  const { longestSeconds, freshSeconds } = contract;
  return { cursor: "c.1", ids, now: ahead + asked, longestSeconds, freshSeconds };
}

function actOut(memory: LiveMemory, step: Step, somebody: Caller) {
  const [now, cookie] = [at(step.at), step.cookie ?? usual];
  if (step.told) memory.hear(told(step.told.ids, step.told.asked, step.told.ahead), at(step.told.asked), now);
  else if (step.kept) memory.keep(cookie, asAnswered(somebody, step.kept.fresh), step.kept.asked);
  else if (step.failed) memory.suspend();
  else if (step.nobody) memory.forget(cookie, now);
  else {
    const found = memory.find(cookie, now);
    expect([step, found !== undefined]).toEqual([step, step.hit ?? false]);
    if (step.fresh !== undefined) expect([step, found?.session.fresh]).toEqual([step, step.fresh]);
  }
}

const asAnswered = ({ user, session }: Caller, fresh = session.fresh): Caller => ({
  user,
  session: { ...session, fresh },
});

const plain = (most?: number) => new LiveMemory((text) => text, most);

/** It was told everything, long enough ago. */
function filled(most?: number): LiveMemory {
  const memory = plain(most);
  memory.hear(told(undefined), at(0), at(0));
  memory.hear(told([], 3), at(3), at(3));
  return memory;
}

describe("the contract of a memory is kept", () => {
  for (const { what, session, steps } of contract.scenarios)
    test(what, () => {
      const [memory, somebody] = [plain(), callerFor({ session })];
      for (const step of steps) actOut(memory, step, somebody);
    });
});

test("either clock ends it: one stands still while a machine sleeps, the other can be set back", () => {
  const memory = filled();
  memory.keep(usual, callerFor(), 3);
  expect(memory.find(usual, { steady: 4, wall: at(4).wall })).toBeDefined();
  expect(memory.find(usual, { steady: 4, wall: at(6).wall })).toBeUndefined();
  expect(memory.find(usual, { steady: 6, wall: at(4).wall })).toBeUndefined();
  expect(memory.find(usual, { steady: 4, wall: at(1).wall })).toBeDefined(); // the other one holds
});

test("it is bounded, and the one that was kept first makes room", () => {
  const memory = filled(3);
  const keep = (i: number) => memory.keep(`${i}`, callerFor({ sessionId: `s${i}`, userId: `u${i}` }), 3);
  const found = () => [0, 1, 2, 3, 4].filter((i) => memory.find(`${i}`, at(4)));
  for (const i of [0, 1, 2, 3, 4]) keep(i);
  expect(found()).toEqual([2, 3, 4]);
  keep(2); // again: it takes one place
  expect(found()).toEqual([2, 3, 4]);
});

test("one session makes room at its own cost, and that of nobody else", () => {
  const memory = filled(5);
  memory.keep(usual, callerFor({ sessionId: "other", userId: "u" }), 3);
  for (let i = 0; i < 100; i += 1) memory.keep(`${i}`, callerFor(), 3);
  expect([usual, "95", "96", "97", "98", "99"].filter((text) => memory.find(text, at(4)))).toEqual([
    ...[usual, "96", "97", "98", "99"],
  ]);
});

test("all sessions of a user are forgotten with the user", () => {
  const memory = filled();
  for (const i of [0, 1, 2]) memory.keep(`${i}`, callerFor({ sessionId: `s${i}`, userId: i ? "u" : "other" }), 3);
  memory.hear(told(["u", "s0-is-no-other"], 4), at(4), at(4));
  expect([0, 1, 2].filter((i) => memory.find(`${i}`, at(4)))).toEqual([0]);
});

test("a flood of changes takes no more than its room, and nothing is kept for a while", () => {
  const memory = filled();
  memory.keep(usual, callerFor(), 3);
  for (let i = 0; i < 150; i += 1)
    memory.hear(
      told(
        Array.from({ length: 100 }, (_, n) => `${i}-${n}`),
        4,
      ),
      at(4),
      at(4),
    );
  expect(memory.find(usual, at(4.4))).toBeDefined();
  memory.keep(usual, callerFor(), 4.5); // which knows better, and cannot be kept
  expect(memory.find(usual, at(5))).toBeUndefined();
  memory.hear(told([], 7), at(7), at(7));
  memory.keep(usual, callerFor(), 7);
  expect(memory.find(usual, at(8))).toBeDefined();
});

const good = { cursor: "c.1", ids: [], now: "2026-11-20T21:53:38.277Z", longestSeconds: 10, freshSeconds: 1 };
const received = (body: unknown, status = 200, type = "application/json") => ({
  ...{ status, type },
  body: new TextEncoder().encode(JSON.stringify(body)),
});

describe("what tells no changes is no answer", () => {
  const wrong: object[] = [
    ...[{ ids: null }, { ids: undefined }, { reset: true }, { reset: null }, { ids: "s" }, { ids: [1] }, { ids: [""] }],
    ...[{ ids: undefined, reset: "true" }, { cursor: "" }, { cursor: "c 1" }, { cursor: "c\r\nX: y" }, { cursor: 1 }],
    ...[{ now: "2026-11-20T21:53:38.277" }, { longestSeconds: "10" }, { longestSeconds: 0 }, { freshSeconds: null }],
    ...[{ freshSeconds: 0.5 }, { freshSeconds: -1 }],
  ];
  for (const change of wrong)
    test(JSON.stringify(change) + Object.keys(change), () =>
      expect(() => readChanges(received({ ...good, ...change }))).toThrow(Unavailable),
    );

  test("another status, another type, and no object", () => {
    expect(readChanges(received(good)).ids).toEqual([]);
    for (const status of [201, 204, 302, 401, 404, 500, 503])
      expect(() => readChanges(received(good, status))).toThrow(Unavailable);
    expect(() => readChanges(received(good, 200, "text/html"))).toThrow(Unavailable);
    for (const body of [null, [], "c.1"]) expect(() => readChanges(received(body))).toThrow(Unavailable);
  });
});

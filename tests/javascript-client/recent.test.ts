import { describe, expect, setSystemTime, test } from "bun:test";
import type { Caller } from "../../clients/javascript/src/index";
import { type Moment, thisMoment } from "../../clients/javascript/src/moment";
import { keepRecent } from "../../clients/javascript/src/recent";

/** What a cache must never do, whatever the time. */

function callerFor(milliseconds = 3_600_000): Caller {
  const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + milliseconds).toISOString() };
  return {
    user: { id: "u", email: "a@example.org", emailVerified: true, name: "A", image: null, roles: [] },
    session: { id: "s", ...times, fresh: true, factors: 1, methods: ["password"] },
  };
}

function earlier(seconds: number): Moment {
  const { steady, wall } = thisMoment();
  return { steady: steady - seconds, wall: wall - seconds };
}

test("it never outlives the session", async () => {
  const recent = keepRecent(5);
  recent.keep("ended", callerFor(-1), thisMoment());
  recent.keep("ends", callerFor(100), thisMoment());
  expect(recent.get("ended")).toBeUndefined();
  expect(recent.get("ends")).toBeDefined();
  await Bun.sleep(110);
  expect(recent.get("ends")).toBeUndefined();
});

test("its time begins when the question was asked", () => {
  const recent = keepRecent(1);
  recent.keep("cookie", callerFor(), earlier(1));
  expect(recent.get("cookie")).toBeUndefined();
});

test("it is over when the machine slept meanwhile, while the steady clock stood still", () => {
  const recent = keepRecent(5);
  const asked = thisMoment();
  recent.keep("cookie", callerFor(), asked);
  expect(recent.get("cookie")).toBeDefined();
  setSystemTime(Date.now() + 6000);
  try {
    expect(recent.get("cookie")).toBeUndefined();
    recent.keep("cookie", callerFor(), asked); // an answer that it slept through
    expect(recent.get("cookie")).toBeUndefined();
    recent.keep("cookie", callerFor(), thisMoment());
    expect(recent.get("cookie")).toBeDefined();
  } finally {
    setSystemTime();
  }
});

test("a clock that is set back lengthens nothing", () => {
  const recent = keepRecent(1);
  recent.keep("cookie", callerFor(), { steady: earlier(1).steady, wall: thisMoment().wall + 3600 });
  expect(recent.get("cookie")).toBeUndefined();
});

test("it is bounded, and keeps what is used", () => {
  const recent = keepRecent(5);
  for (let i = 0; i < 4096; i += 1) recent.keep(String(i), callerFor(), thisMoment());
  expect(recent.get("0")).toBeDefined();
  recent.keep("one more", callerFor(), thisMoment());
  expect(recent.get("1")).toBeUndefined();
  expect(recent.get("0")).toBeDefined();
  expect(recent.get("one more")).toBeDefined();
});

describe("an answer that lands late", () => {
  test("denies nothing that was found out after it was asked for", async () => {
    const recent = keepRecent(5);
    const asked = thisMoment();
    recent.forget("cookie");
    recent.keep("cookie", callerFor(), asked);
    expect(recent.get("cookie")).toBeUndefined();
    recent.keep("cookie", callerFor(), asked); // the look has not ended it
    expect(recent.get("cookie")).toBeUndefined();
    await Bun.sleep(2);
    recent.keep("cookie", callerFor(), thisMoment());
    expect(recent.get("cookie")).toBeDefined();
  });

  test("does not take the place of one that was asked for later", () => {
    const recent = keepRecent(5);
    const [older, newer] = [callerFor(), callerFor()];
    recent.keep("cookie", newer, thisMoment());
    recent.keep("cookie", older, earlier(0.1));
    expect(recent.get("cookie")).toBe(newer);
  });

  test("is guarded against in the same room, and also when that is full", async () => {
    const recent = keepRecent(5);
    recent.keep("first", callerFor(), thisMoment());
    const asked = thisMoment();
    await Bun.sleep(2);
    recent.forget("cookie");
    for (let i = 0; i < 4096; i += 1) recent.forget(String(i));
    expect(recent.get("first")).toBeUndefined();
    recent.keep("cookie", callerFor(), asked); // its mark made room
    expect(recent.get("cookie")).toBeUndefined();
    await Bun.sleep(2);
    recent.keep("cookie", callerFor(), thisMoment());
    expect(recent.get("cookie")).toBeDefined();
  });
});

import { expect, test } from "bun:test";
import { createChangeRing } from "../../src/session/change-ring";

test("a ring tells what was added since a cursor, in its order and each once", () => {
  const ring = createChangeRing();
  ring.note(["a"]);
  const cursor = ring.cursor();
  expect(ring.since(cursor)).toEqual([]);
  ring.note(["b", "c"]);
  ring.note(["b"]);
  expect(ring.since(cursor)).toEqual(["b", "c"]);
  expect(ring.since(ring.cursor())).toEqual([]);
});

test("a ring that is full forgets the oldest, and says so to whoever asks from there", () => {
  const ring = createChangeRing(3);
  const cursors = ["a", "b", "c", "d"].map((id) => {
    ring.note([id]);
    return ring.cursor();
  });
  expect(cursors.map((cursor) => ring.since(cursor))).toEqual([["b", "c", "d"], ["c", "d"], ["d"], []]);
  ring.note(["e", "f"]);
  expect(cursors.map((cursor) => ring.since(cursor))).toEqual([undefined, undefined, ["d", "e", "f"], ["e", "f"]]);
  ring.note(["1", "2", "3", "4", "5"]); // more than it has room for
  expect(cursors.map((cursor) => ring.since(cursor))).toEqual(cursors.map(() => undefined));
  expect(ring.since(ring.cursor())).toEqual([]);
});

test("a ring after which anything may have changed knows no cursor from before", () => {
  const ring = createChangeRing();
  const cursors = [ring.cursor()];
  ring.note(["a"]);
  cursors.push(ring.cursor());
  ring.note();
  expect(cursors.map((cursor) => ring.since(cursor))).toEqual([undefined, undefined]);
  const after = ring.cursor();
  ring.note();
  expect([ring.since(after), ring.since(ring.cursor())]).toEqual([undefined, []]);
});

test("a ring knows its own cursors alone", () => {
  const [ring, other] = [createChangeRing(), createChangeRing()];
  const own = ring.cursor();
  const future = own.replace(/\d+$/, (position) => String(Number(position) + 1));
  const strange = [
    future,
    other.cursor(),
    null,
    "",
    "0",
    own.replace(".", ""),
    `${own} `,
    own.toUpperCase(),
    `${own}\n`,
  ];
  expect(strange.map((cursor) => ring.since(cursor))).toEqual(strange.map(() => undefined));
  expect(ring.since(own)).toEqual([]);
});

test("a ring has something done after each addition", () => {
  const ring = createChangeRing();
  const seen: (string[] | undefined)[] = [];
  const cursor = ring.cursor();
  ring.onNote(() => void seen.push(ring.since(cursor)));
  ring.note(["a"]);
  ring.note();
  expect(seen).toEqual([["a"], undefined]);
});

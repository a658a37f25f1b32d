import { expect, test } from "bun:test";
import { mutations } from "../mutations";
import { isStale, mutate } from "../mutations/mutation";
import { filesIn, read } from "./files";

/** The table of `bun run mutate`, which keeps up with the source. */

test("every mutation finds its text in the source exactly once, and its tests", () => {
  const tests = new Set(filesIn("tests/**/*.test.ts"));
  const stale = mutations.filter((mutation) => isStale(mutation, read(mutation.file)));
  expect(stale.map(({ file, from }) => `${file}: ${from}`)).toEqual([]);
  expect(mutations.flatMap((mutation) => mutation.tests).filter((path) => !tests.has(path))).toEqual([]);
  expect(mutations.length).toBeGreaterThanOrEqual(40);
});

test("every mutation leaves a program: one that cannot be read would turn any test red", () => {
  const readers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };
  for (const mutation of mutations.filter(({ file }) => /\.tsx?$/.test(file)))
    readers[mutation.file.endsWith("x") ? "tsx" : "ts"].transformSync(mutate(mutation, read(mutation.file)));
});

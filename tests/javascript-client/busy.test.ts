import { expect, test } from "bun:test";
import { runInRuntime } from "./places";

/** A program that is busy for longer than the deadline does not take that for the silence of Gatehouse. */

for (const runtime of ["Node", "Bun", "Deno"] as const)
  test(`${runtime}: what was answered while the program worked is no silence`, async () => {
    expect(JSON.parse(await runInRuntime(runtime, "busy.mjs"))).toEqual(Array.from({ length: 7 }, () => "answered"));
  }, 300_000);

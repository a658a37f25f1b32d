import { expect, test } from "bun:test";
import { join } from "node:path";

/** The test command as it is typed: whoever asks what there is, or slips, does not wait for every suite. */

const root = join(import.meta.dir, "../..");

function typed(...words: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "tests/run.ts", ...words], { cwd: root });
  return [exitCode, stdout.toString(), stderr.toString()];
}

test("help lists the suites, and runs none", () => {
  const usage = expect.stringMatching(/^Usage: .*\nThe suites:\n {2}types\n.*\n {2}browser\n.*\n {2}kills \(long\)\n/s);
  for (const word of ["--help", "-h"]) expect(typed(word, "browser")).toEqual([0, usage, ""]);
});

test("an option or a suite that there is not is refused in words, and none is run", () => {
  for (const words of [["--lnog"], ["types", "brow"], ["-x"], [""]]) {
    const slip = JSON.stringify(words.at(-1));
    const refused = expect.stringContaining(`There is no suite or option called ${slip}.\n\nUsage: `);
    expect(typed(...words)).toEqual([1, "", refused]);
  }
});

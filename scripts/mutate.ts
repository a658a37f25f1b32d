import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutations } from "../tests/mutations";
import { isStale, mutate, type Mutation } from "../tests/mutations/mutation";

/**
 * `bun run mutate`: deletes or inverts one guard of the program after the other, each in a copy of this checkout, and
 * runs the tests that must then fail. `bun run mutate tokens` takes the files whose path has that text. Ends with 1
 * when a mutation survives, when its text is no longer in the source exactly once, or when a test fails without it.
 */

const root = join(import.meta.dir, "..");
const longestRunSeconds = 10 * 60;
const atATime = 2;

const wanted = process.argv[2] ?? "";
const chosen = mutations.filter(({ file }) => file.includes(wanted));
if (chosen.length === 0) throw new Error(`No mutation is of a file with "${wanted}" in its path.`);
const copies = Array.from({ length: atATime }, copyOfCheckout);
const outcomes = new Map<string, number>();
try {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))];
  const red = await inCopies(tests, async (copy, test) => ((await fails(copy, [test])) ? [test] : []));
  for (const test of red.flat()) tell("fails without any mutation", test);
  await inCopies(chosen, async (copy, mutation) => {
    tell(await outcomeOf(copy, mutation), `${mutation.file}: ${mutation.from} → ${mutation.to || "nothing"}`);
  });
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true });
}
console.log([...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", "));
process.exit(outcomes.get("killed") === chosen.length && outcomes.size === 1 ? 0 : 1);

function tell(outcome: string, what: string) {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  console.log(`${outcome}  ${what}`);
}

/** The files that git knows or could add, with the installed packages. */
function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), "gatehouse-mutate-"));
  const listed = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const path of listed.stdout.toString().split("\0").filter(Boolean)) cpSync(join(root, path), join(copy, path));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Does the work for each item, one at a time in each copy. */
async function inCopies<Item, Value>(items: readonly Item[], work: (copy: string, item: Item) => Promise<Value>) {
  const waiting = [...items];
  const values: Value[] = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) values.push(await work(copy, item));
    }),
  );
  return values;
}

async function outcomeOf(copy: string, mutation: Mutation): Promise<"killed" | "survived" | "stale"> {
  const path = join(copy, mutation.file);
  const text = await Bun.file(path).text();
  if (isStale(mutation, text)) return "stale";
  await Bun.write(path, mutate(mutation, text));
  const isKilled = await fails(copy, mutation.tests);
  await Bun.write(path, text);
  return isKilled ? "killed" : "survived";
}

/** Whether one of the test files fails, or takes so long that it hangs. */
async function fails(copy: string, tests: string[]): Promise<boolean> {
  // Not with `--bail`, which leaves behind what a test has started, such as a server.
  const command = [process.execPath, "test", "--timeout", "60000", ...tests.map((test) => `./${test}`)];
  const timeout = longestRunSeconds * 1000;
  return (await Bun.spawn(command, { cwd: copy, timeout, stdio: ["ignore", "ignore", "ignore"] }).exited) !== 0;
}

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildImage, buildPackages, buildProgram, writeBoms, writeSums } from "./release/build";
import { problemsOf } from "./release/check";
import { root, run } from "./release/run";

/**
 * `bun run release`: builds and checks in `dist/release` all that a release consists of, from the last commit. Ends
 * with 1 where something is not committed, cannot be built or is found wrong.
 */

const out = join(root, "dist/release");
if (await run(["git", "status", "--porcelain"])) {
  console.error("A release is made of what is committed. Commit what `git status` shows, or put it away.");
  process.exit(1);
}
process.umask(0o022); // the rights of a file are in its archive
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const program = await buildProgram(out);
const noImage = await buildImage(program);
await buildPackages(out);
await writeBoms(out);
await writeSums(out);
console.log(`${out}:\n${readFileSync(join(out, "SHA256SUMS"), "utf8")}`);
if (noImage) console.log(`The image is left out: ${noImage}.`);
const problems = await problemsOf(out);
for (const problem of problems) console.error(problem);
console.log(problems.length > 0 ? "The release must not be published." : "The release is in order.");
process.exit(problems.length > 0 ? 1 : 0);

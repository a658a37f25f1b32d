import { readdirSync } from "node:fs";
import { join } from "node:path";
import { attempt, pythonTools, root } from "./run";

/**
 * What is wrong with the packages and bills of materials in a folder, by the checkers that their registries' users
 * trust; empty when nothing is. Each problem is what the checker printed.
 */
export async function problemsOf(out: string): Promise<string[]> {
  const tools = await pythonTools();
  const own = (program: string) => join(root, "node_modules/.bin", program);
  const files = readdirSync(out).map((name) => join(out, name));
  const of = (ending: string) => files.filter((file) => file.endsWith(ending));
  const checks = [
    [tools("twine"), "--no-color", "check", "--strict", ...of(".whl"), ...of(".tar.gz")],
    [tools("check-wheel-contents"), ...of(".whl")],
    [tools("python"), join(import.meta.dir, "boms.py"), ...of(".cdx.json")],
    ...of(".tgz").flatMap((tarball) => [
      [process.execPath, own("publint"), "run", tarball, "--strict"],
      // Each is a module of ECMAScript, as Docusaurus, Node and all bundlers load it.
      [process.execPath, own("attw"), tarball, "--profile", "esm-only", "--no-emoji", "--no-color"],
    ]),
  ];
  const ended = await Promise.all(checks.map((command) => attempt(command)));
  return ended.filter(({ isDone }) => !isDone).map(({ printed }) => printed.trim());
}

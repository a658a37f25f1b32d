import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { javascriptBom, pluginBom, programBom, pythonBom } from "../sbom";
import { pythonTools, root, run } from "./run";

/** What a release consists of. Built twice from one commit, each file is the same, byte for byte. */

/** The version of all packages. */
export const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The program for Linux on x64, in one file. */
export async function buildProgram(out: string): Promise<string> {
  const file = join(out, `gatehouse-${version}-linux-x64`);
  // Bun builds otherwise where NODE_ENV is `development`.
  await run([process.execPath, "scripts/build.ts", "bun-linux-x64", file], { env: { NODE_ENV: "production" } });
  return file;
}

/**
 * The program's image, beside it. Gives the reason when it cannot be built on this machine, and undefined when it was.
 */
export async function buildImage(program: string): Promise<string | undefined> {
  if (!Bun.which("buildah") || !existsSync("/usr/bin/tini-static"))
    return "it needs buildah and tini. On Debian: apt-get install buildah tini";
  await run([process.execPath, "scripts/image.ts", program]);
  return undefined;
}

/** The packages for npm and for Python, from a folder that holds nothing but what git knows of. */
export async function buildPackages(out: string): Promise<void> {
  const examples = join(root, "examples/docs"); // has the types that the plugin is built with
  if (!existsSync(join(examples, "node_modules/@docusaurus")))
    await run([process.execPath, "install", "--frozen-lockfile"], { cwd: examples });
  const stage = mkdtempSync(join(tmpdir(), "gatehouse-packages-"));
  try {
    const packages = ["clients/docusaurus", "clients/javascript", "clients/python"];
    const tracked = await run(["git", "ls-files", "-z", ...packages]);
    for (const path of tracked.split("\0").filter(Boolean)) cpSync(join(root, path), join(stage, path));
    mkdirSync(join(stage, "examples/docs"), { recursive: true });
    for (const path of ["node_modules", "examples/docs/node_modules"]) symlinkSync(join(root, path), join(stage, path));
    await packForNpm(join(stage, "clients/docusaurus"), out);
    await packForNpm(join(stage, "clients/javascript"), out);
    await buildPython(join(stage, "clients/python"), out);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** By Bun, whose version is fixed: another npm may compress differently. */
async function packForNpm(cwd: string, out: string) {
  await run([process.execPath, "--bun", "run", "build"], { cwd });
  await run([process.execPath, "pm", "pack", "--ignore-scripts", "--destination", out], { cwd });
}

/** With the time of the last commit in the archives. */
async function buildPython(cwd: string, out: string) {
  const tools = await pythonTools();
  const SOURCE_DATE_EPOCH = (await run(["git", "log", "-1", "--format=%ct"])).trim();
  const env = { SOURCE_DATE_EPOCH, PYTHONDONTWRITEBYTECODE: "1" };
  await run([tools("python"), "-m", "hatchling", "build", "-d", out], { cwd, env });
}

/** A bill of materials for the program and each package. */
export async function writeBoms(out: string): Promise<void> {
  const boms = {
    ...{ gatehouse: programBom(), "docusaurus-plugin-gatehouse": pluginBom() },
    ...{ "gatehouse-js": javascriptBom(), gatehouse_fastapi: pythonBom() },
  };
  for (const [name, bom] of Object.entries(boms))
    await Bun.write(join(out, `${name}-${version}.cdx.json`), `${JSON.stringify(bom, null, 2)}\n`);
}

/** SHA256SUMS of all that is in the folder, as `sha256sum --check` reads it. */
export async function writeSums(out: string): Promise<void> {
  const names = readdirSync(out).filter((name) => name !== "SHA256SUMS");
  const sums = names.sort().map((name) => `${Bun.SHA256.hash(readFileSync(join(out, name)), "hex")}  ${name}\n`);
  await Bun.write(join(out, "SHA256SUMS"), sums.join(""));
}

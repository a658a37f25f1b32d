import { Glob } from "bun";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, type Stage } from "./child";
import { folder, type Places, portOf, root } from "./places";
import { serveFolder } from "./static";

const site = join(root, "examples/docs");

/** The docs site, built when it was not yet, or when what it is made of has changed. */
export async function startDocs(places: Places, stage: Stage): Promise<void> {
  const built = await builtFor(places);
  if (!existsSync(built)) await build(places, built, stage);
  const server = serveFolder(built, portOf(places.docs));
  stage.atTheEnd(() => server.stop(true));
}

/** Where the pages are, once they are built for these addresses and from what is here now. */
export const builtFor = async (places: Places) => join(buildsOf(portOf(places.docs)), await fingerprint(places));

/** The port was free a moment ago, so no demo that runs has its pages in here. */
export const buildsOf = (port: number) => join(folder, "docs", String(port));

/** Built inside the site, because a build finds its modules from where it is put, and moved when it is whole. */
async function build(places: Places, built: string, stage: Stage) {
  stage.say("Building the docs site. The first time this takes a minute.");
  const builds = buildsOf(portOf(places.docs));
  rmSync(builds, { recursive: true, force: true });
  await run({ command: [process.execPath, "install", "--frozen-lockfile"], cwd: site }, stage);
  const environment = { GATEHOUSE_URL: places.login, DOCS_URL: places.docs, API_URL: places.api };
  await run({ command: [process.execPath, "run", "build"], cwd: site, environment }, stage);
  mkdirSync(builds, { recursive: true });
  renameSync(join(site, "build"), built);
}

const sources = [
  "docs/**/*.md",
  "examples/docs/{src,static}/**/*",
  "examples/docs/*.{ts,json,lock}",
  "clients/docusaurus/src/**/*",
  "clients/docusaurus/*.json",
];

/** Changes with the addresses that are built into the site, and with each file it is made of. */
async function fingerprint(places: Places): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify(places));
  for (const path of sources.flatMap((pattern) => [...new Glob(pattern).scanSync(root)]).sort())
    hash.update(path).update(await Bun.file(join(root, path)).bytes());
  return hash.digest("hex");
}

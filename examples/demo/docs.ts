import { Glob } from "bun";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./child";
import { folder, type Places, portOf, root } from "./places";
import { serveFolder } from "./static";

const site = join(root, "examples/docs");

/** The docs site, built when it was not yet, or when what it is made of has changed. */
export async function startDocs(places: Places, say: (line: string) => void) {
  const built = join(buildsOf(portOf(places.docs)), await fingerprint(places));
  if (!existsSync(built)) await build(places, built, say);
  return serveFolder(built, portOf(places.docs));
}

/** The port was free a moment ago, so no demo that runs has its pages in here. */
export const buildsOf = (port: number) => join(folder, "docs", String(port));

/** Built inside the site, because a build finds its modules from where it is put, and moved when it is whole. */
async function build(places: Places, built: string, say: (line: string) => void) {
  say("Building the docs site. The first time this takes a minute.");
  const builds = buildsOf(portOf(places.docs));
  rmSync(builds, { recursive: true, force: true });
  await run([process.execPath, "install", "--frozen-lockfile"], site);
  await run([process.execPath, "run", "build"], site, { GATEHOUSE_URL: places.login, DOCS_URL: places.docs, API_URL: places.api });
  mkdirSync(builds, { recursive: true });
  renameSync(join(site, "build"), built);
}

/** Changes with the addresses that are built into the site, and with each file it is made of. */
async function fingerprint(places: Places): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify(places));
  const sources = new Glob("{docs/**/*.md,examples/docs/{src,static}/**/*,examples/docs/*.{ts,json,lock},clients/docusaurus/src/**/*}");
  for (const path of [...sources.scanSync(root)].sort()) hash.update(path).update(await Bun.file(join(root, path)).bytes());
  return hash.digest("hex");
}

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "../support/program";

/** A Docusaurus site in a folder of its own, into which the packed plugin is installed as from a registry. */
export interface Site {
  folder: string;
  /** Runs the site's own `docusaurus`. Throws with what it printed when it fails. */
  docusaurus(...command: string[]): Promise<string>;
  /** Builds the site, and gives the folder with its pages. */
  build(environment?: Record<string, string>, config?: string): Promise<string>;
  /** The name of the packed plugin. */
  tarball: string;
  remove(): void;
}

const root = join(import.meta.dir, "../..");
const example = join(root, "examples/docs");
const plugin = join(root, "clients/docusaurus");

/** The example's site as it is published, beside a copy of the documentation. */
export async function freshSite(): Promise<Site> {
  const checkout = newFolder();
  const folder = join(checkout, "examples/docs");
  mkdirSync(folder, { recursive: true });
  const readmes = ["docusaurus", "javascript", "python"].map((name) => `clients/${name}/README.md`);
  for (const page of ["docs", ...readmes]) cpSync(join(root, page), join(checkout, page), { recursive: true });
  for (const name of ["src", "static", "bun.lock", "bunfig.toml", "docusaurus.config.ts", "sidebars.ts"])
    cpSync(join(example, name), join(folder, name), { recursive: true });
  const tarball = await packPlugin(folder);
  const manifest = JSON.parse(readFileSync(join(example, "package.json"), "utf8"));
  manifest.dependencies["docusaurus-plugin-gatehouse"] = `file:./${tarball}`;
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  await run([process.execPath, "install"], folder);
  const docusaurus = (command: string[], environment = {}) =>
    run([join(folder, "node_modules/.bin/docusaurus"), ...command], folder, environment);
  const build = async (environment = {}, config = "docusaurus.config.ts") => {
    const out = `build-${config}`;
    await docusaurus(["build", "--config", config, "--out-dir", out], environment);
    return join(folder, out);
  };
  return {
    folder,
    tarball,
    docusaurus: (...command) => docusaurus(command),
    build,
    remove: () => rmSync(checkout, { recursive: true, force: true }),
  };
}

/** Packs the plugin the way it would be published; gives the tarball's name. */
async function packPlugin(folder: string): Promise<string> {
  if (!existsSync(join(example, "node_modules/@docusaurus")))
    await run([process.execPath, "install", "--frozen-lockfile"], example); // its types
  const printed = await run(["npm", "pack", "--json", "--pack-destination", folder], plugin);
  return JSON.parse(printed.slice(printed.indexOf("[\n")))[0].filename;
}

async function run(command: string[], cwd: string, environment: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(command, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")}\n${out}\n${err}`);
  return out;
}

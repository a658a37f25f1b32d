import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * Bills of materials as CycloneDX 1.6, made of what is committed: of the program (`bun scripts/sbom.ts > sbom.json`),
 * and of the packages for Docusaurus, JavaScript and Python.
 */

const root = join(import.meta.dir, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** One package as a lockfile of Bun has it. */
export interface Locked {
  name: string;
  version: string;
  /** Empty for a package of the registry. */
  source: string;
  integrity: string;
  /** What it cannot do without, each as the key of another package in the lockfile. */
  needs: string[];
}

/** Every package of a lockfile, by its key there. */
export function lockedPackages(lockfile = read("bun.lock")): Map<string, Locked> {
  const { config } = ts.parseConfigFileTextToJson("bun.lock", lockfile); // JSON with commas at its ends
  const entries: [key: string, entry: unknown[]][] = Object.entries(config.packages);
  const keys = new Set(entries.map(([key]) => key));
  return new Map(
    entries.map(([key, [id, source, relations, integrity]]) => {
      const [, name = "", version = ""] = /^(.+)@(.+)$/.exec(String(id)) ?? [];
      const needs = namesIn(relations).flatMap((needed) => keyOf(needed, key, keys) ?? []);
      return [key, { name, version, source: String(source), integrity: String(integrity), needs }];
    }),
  );
}

/** The names of what a package asks for; what it can do without is left out. */
function namesIn(relations: unknown): string[] {
  const { dependencies, peerDependencies, optionalPeers } = {
    ...{ dependencies: {}, peerDependencies: {}, optionalPeers: [] },
    ...(relations as object), // an entry of the lockfile
  } as { dependencies: object; peerDependencies: object; optionalPeers: string[] };
  const peers = Object.keys(peerDependencies).filter((name) => !optionalPeers.includes(name));
  return [...Object.keys(dependencies), ...peers];
}

/** Where the lockfile has a package for the one that asks: under the asking one's key, else nearer to the root. */
function keyOf(name: string, asking: string, keys: Set<string>): string | undefined {
  const path = asking.match(/(@[^/]+\/)?[^/]+/g) ?? [];
  const places = path.map((_, i) => [...path.slice(0, path.length - i), name].join("/"));
  return [...places, name].find((key) => keys.has(key));
}

/** A part of what is released, and the parts that it needs in turn. */
export interface Part {
  type: "application" | "library" | "platform";
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: "SHA-512"; content: string }[];
  /** For a package that accepts several versions: the range. `version` is the one that it was tested with. */
  accepts?: string;
  /** Package URLs. */
  needs: string[];
}

/** The bill of materials of the program: what its packages need, with the SHA-512 of each, and Bun, which is inside. */
export function programBom() {
  const { name, version, dependencies, engines } = JSON.parse(read("package.json"));
  const packages = lockedPackages();
  const keys = new Set(Object.keys(dependencies));
  for (const key of keys) for (const needed of packages.get(key)?.needs ?? []) keys.add(needed); // grows as it goes
  const parts = [...keys].sort().map((key) => partOf(key, packages));
  const bun: Part = { type: "platform", name: "bun", ...at(`pkg:generic/bun`, engines.bun), needs: [] };
  const direct = [...Object.keys(dependencies).map((key) => partOf(key, packages)), bun];
  const needs = direct.map(({ purl }) => purl);
  return bom({ type: "application", name, ...at("pkg:generic/gatehouse", version), needs }, [...parts, bun]);
}

/** The bill of materials of the plugin for Docusaurus: its peers, in the versions that it is tested with. */
export const pluginBom = () => peersBom("clients/docusaurus/package.json", "examples/docs/bun.lock");

/** The same of the JavaScript client, which can do without each of its peers. */
export const javascriptBom = () => peersBom("clients/javascript/package.json", "bun.lock");

function peersBom(manifest: string, lockfile: string) {
  const { name, version, peerDependencies } = JSON.parse(read(manifest));
  const packages = lockedPackages(read(lockfile));
  const peers = Object.entries<string>(peerDependencies).map(([peer, accepts]) => ({
    ...partOf(peer, packages),
    ...{ accepts, needs: [] },
  }));
  return bom({ type: "library", name, ...at(`pkg:npm/${name}`, version), needs: purlsOf(peers) }, peers);
}

/** The bill of materials of the Python client: what it asks for, in the versions that it is tested with. */
export function pythonBom() {
  // our own file
  const { project } = Bun.TOML.parse(read("clients/python/pyproject.toml")) as {
    project: { name: string; version: string; dependencies: string[] };
  };
  const tested = read("clients/python/requirements-dev.txt");
  const parts = project.dependencies.map((text): Part => {
    const [, name = "", accepts = ""] = /^([\w.-]+)(.*)$/.exec(text) ?? [];
    const version = new RegExp(`^${name}==(\\S+)$`, "m").exec(tested)?.[1];
    if (!version) throw new Error(`clients/python/requirements-dev.txt does not say which ${name} is tested.`);
    return { type: "library", name, ...at(`pkg:pypi/${name}`, version), accepts, needs: [] };
  });
  const { name, version } = project;
  return bom({ type: "library", name, ...at(`pkg:pypi/${name}`, version), needs: purlsOf(parts) }, parts);
}

const at = (purl: string, version: string) => ({ version, purl: `${purl}@${version}` });
const purlsOf = (parts: readonly Part[]) => parts.map(({ purl }) => purl);

function partOf(key: string, packages: Map<string, Locked>): Part {
  const { name, version, integrity, needs } = lockedAt(key, packages);
  const content = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
  const hashes: Part["hashes"] = [{ alg: "SHA-512", content }];
  const purlAt = (needed: string) => purlOf(lockedAt(needed, packages));
  return { type: "library", name, version, purl: purlOf({ name, version }), hashes, needs: needs.map(purlAt) };
}

const purlOf = ({ name, version }: { name: string; version: string }) =>
  `pkg:npm/${name.replace("@", "%40")}@${version}`;

function lockedAt(key: string, packages: Map<string, Locked>): Locked {
  const locked = packages.get(key);
  if (!locked) throw new Error(`The lockfile has no ${key}.`);
  return locked;
}

/** The document about one release; nothing in it depends on when or where it is written. */
function bom(subject: Part, parts: readonly Part[]) {
  const unique = [...new Map(parts.map((part) => [part.purl, part])).values()];
  const mit = [{ license: { id: "MIT" } }];
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    metadata: { component: { ...componentOf(subject), licenses: mit, publisher: "The Gatehouse authors" } },
    components: unique.map(componentOf),
    dependencies: [subject, ...unique].map(({ purl, needs }) => ({ ref: purl, dependsOn: [...new Set(needs)].sort() })),
  };
}

const componentOf = ({ type, name, version, purl, hashes, accepts }: Part) => ({
  ...{ type, "bom-ref": purl, name, version, purl },
  ...(hashes && { hashes }),
  ...(accepts && { properties: [{ name: "gatehouse:accepts", value: accepts }] }),
});

if (import.meta.main) console.log(JSON.stringify(programBom(), null, 2));

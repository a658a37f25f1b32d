import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the program is made of, as CycloneDX 1.6, from the lockfile: `bun scripts/sbom.ts > sbom.json`. */

const root = join(import.meta.dir, "..");

/** One package as the lockfile has it: what it is, where it comes from when not from the registry, and its hash. */
export interface Locked {
  name: string;
  version: string;
  /** Empty for a package of the registry. */
  source: string;
  integrity: string;
}

/** Every package of the lockfile, each version once. */
export function lockedPackages(lockfile = readFileSync(join(root, "bun.lock"), "utf8")): Locked[] {
  const { config } = ts.parseConfigFileTextToJson("bun.lock", lockfile); // JSON with commas at its ends
  const entries: unknown[][] = Object.values(config.packages);
  const packages = entries.map(([id, source, , integrity]) => {
    const text = String(id);
    const at = text.lastIndexOf("@");
    return {
      name: text.slice(0, at),
      version: text.slice(at + 1),
      source: String(source),
      integrity: String(integrity),
    };
  });
  return [...new Map(packages.map((locked) => [`${locked.name}@${locked.version}`, locked])).values()];
}

/** The bill of materials: every package with its package URL and its SHA-512. */
export function bom(packages: readonly Locked[]) {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const components = packages.map(({ name, version, integrity }) => ({
    type: "library",
    "bom-ref": purl(name, version),
    name,
    version,
    purl: purl(name, version),
    hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex") }],
  }));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name, version } },
    components,
  };
}

const purl = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

if (import.meta.main) console.log(JSON.stringify(bom(lockedPackages()), null, 2));

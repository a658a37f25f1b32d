import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpoints } from "../../src/auth/endpoints";

const root = join(import.meta.dir, "../..");

/** What the source says it serves: `GET /sign-in`, with the parameters of a path as `:name`. */
export function servedRoutes(): string[] {
  const files = ["src/router.ts", ...new Glob("src/{http,pages,capabilities}/**/*.ts").scanSync(root)];
  const sources = files.map((file) => readFileSync(join(root, file), "utf8"));
  const exported = Object.assign(
    {},
    ...sources.map((source) => pathsIn(source, /^export const (\w+) = "(\/[^"]*)";$/gm)),
  );
  const ofPages = sources.flatMap((source) => routesIn(source, exported));
  const ofPrograms = Object.entries(endpoints).flatMap(([path, { openToPrograms: method }]) =>
    method ? [`${method} /api/auth${path}`] : [],
  );
  return [...new Set([...ofPages, ...ofPrograms])].sort();
}

type Paths = Record<string, string>;

/** The paths in a source that have a name. */
const pathsIn = (source: string, named: RegExp): Paths =>
  Object.fromEntries([...source.matchAll(named)].map(([, name = "", path = ""]) => [name, path]));

/** What a route has in its place that is served by a list of its own: Better Auth's endpoints, and pages of links. */
const elsewhere = ['"/api/auth/*"', "link.path"];

/** A route has its path in place or by a name, and then what answers it; the page of a link has it as a property. */
function routesIn(source: string, exported: Paths): string[] {
  const known = { ...exported, ...pathsIn(source, /^const (\w+) = "(\/[^"]*)";$/gm) };
  const written = [...source.matchAll(/\.(get|post|put|patch|delete|options|all)\(\s*([^\s,()]+),/g)];
  const routes = written.flatMap(([, method = "", path = ""]) => {
    if (elsewhere.includes(path)) return [];
    const found = /^"(.*)"$/.exec(path)?.[1] ?? known[path];
    if (found === undefined)
      throw new Error(`Which route is ${path}? Write its path in place, or give it a name there.`);
    return [`${method.toUpperCase()} ${found}`];
  });
  const link = /\blinkPage\("[^"]+"/.test(source) ? /^ +path: "(\/[^"]+)",$/m.exec(source)?.[1] : undefined;
  return link ? [...routes, `GET ${link}`, `POST ${link}`] : routes;
}

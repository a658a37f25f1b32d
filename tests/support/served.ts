import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpoints } from "../../src/auth/endpoints";

const root = join(import.meta.dir, "../..");

/** What the source says it serves: `GET /sign-in`, with the parameters of a path as `:name`. */
export function servedRoutes(): string[] {
  const files = ["src/router.ts", ...new Glob("src/{http,pages,capabilities}/**/*.ts").scanSync(root)];
  const sources = files.map((file) => readFileSync(join(root, file), "utf8"));
  const named = sources.flatMap((source) => [...source.matchAll(/^export const (\w+Path) = "([^"]+)";$/gm)]);
  const known = Object.fromEntries(named.map(([, name = "", path = ""]) => [name, path]));
  const ofPages = sources.flatMap((source) => routesIn(source, known));
  const ofPrograms = Object.entries(endpoints).flatMap(([path, { openToPrograms: method }]) =>
    method ? [`${method} /api/auth${path}`] : [],
  );
  return [...new Set([...ofPages, ...ofPrograms])].sort();
}

/** A page says its path in place, as `const path`, as an exported name, or for the page of a link as a property. */
function routesIn(source: string, paths: Record<string, string>): string[] {
  const own = /^const path = "([^"]+)";$/m.exec(source)?.[1] ?? "";
  const known: Record<string, string> = { ...paths, path: own };
  const routes = [...source.matchAll(/\.(get|post|options)\(\s*(?:"(\/[^"]*)"|(path|\w+Path)\b)/g)].map(
    ([, method = "", written, name = ""]) => `${method.toUpperCase()} ${written ?? known[name]}`,
  );
  const link = /\blinkPage\("[^"]+"/.test(source) ? /^ +path: "(\/[^"]+)",$/m.exec(source)?.[1] : undefined;
  return link ? [...routes, `GET ${link}`, `POST ${link}`] : routes;
}

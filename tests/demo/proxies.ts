import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "../support/program";

/** A reverse proxy that runs the recipe of docs/forward-auth.md, with nothing changed but names and ports. */
export interface Proxy {
  origin: string;
  stop(): Promise<void>;
}

export type Kind = "caddy" | "nginx";

/** Where Debian's packages put them. */
export const proxyPrograms: Record<Kind, string> = { caddy: "/usr/bin/caddy", nginx: "/usr/sbin/nginx" };

export const lacksProxies = () => Object.values(proxyPrograms).some((program) => !existsSync(program));

/** What is protected: a backend at its port, which may answer preflights itself, or take sockets; or a folder. */
export type Protected = { backend: number; preflights?: true; sockets?: true } | { files: string };

interface Places {
  /** Chosen by the caller, because Gatehouse has to know it first. */
  own: number;
  gatehouse: number;
  behind: Protected;
}

export function startProxy(kind: Kind, places: Places): Promise<Proxy> {
  return runProxy(kind, atPlaces(recipe(kind, places.behind), places), places.own);
}

/** Runs a proxy with these servers in its configuration, and waits until it answers at a port. */
export async function runProxy(kind: Kind, servers: string, port: number): Promise<Proxy> {
  const folder = newFolder();
  const file = join(folder, `${kind}.conf`);
  writeFileSync(file, around[kind](servers, folder));
  const command = {
    caddy: ["run", "--config", file, "--adapter", "caddyfile"],
    nginx: ["-c", file, "-p", folder, "-g", "daemon off;"],
  }[kind];
  const child = Bun.spawn([proxyPrograms[kind], ...command], {
    env: { HOME: folder, PATH: process.env.PATH },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const origin = `http://localhost:${port}`;
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && !(await fetch(origin, { redirect: "manual" }).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text());
    await Bun.sleep(25);
  }
  const stop = async () => {
    child.kill();
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin, stop };
}

const page = readFileSync(join(import.meta.dir, "../../docs/forward-auth.md"), "utf8");

/** A setting as the documentation writes it. */
export function documentedSetting(name: string): string {
  const value = new RegExp(`^${name}=(\\S+)`, "m").exec(page)?.[1];
  if (!value) throw new Error(`docs/forward-auth.md does not say how to set ${name}.`);
  return value;
}

/**
 * The code blocks of a proxy in the documentation: for a backend, and what takes a part's place for a folder of
 * files.
 */
function recipe(kind: Kind, behind: Protected): string {
  const [forBackend, forFiles, forPreflights, forSockets = ""] = [
    ...page.matchAll(new RegExp(`\`\`\`${{ caddy: "caddyfile", nginx: "nginx" }[kind]}\n([^]*?)\`\`\``, "g")),
  ].map(([, block = ""]) => block);
  const part = { caddy: /^\t\treverse_proxy [^]*?^\t\t}\n/m, nginx: /^\tlocation \/ [^]*?^\t}\n/m }[kind];
  const place = { caddy: /(?=^\t\tforward_auth )/m, nginx: /(?<=^\t\tinternal;\n)/m }[kind];
  if (!forBackend || !forFiles || !forPreflights || !part.test(forBackend) || !place.test(forBackend))
    throw new Error(`docs/forward-auth.md has no recipe for ${kind}.`);
  if ("sockets" in behind) return forBackend.replace(/(?<=^\tlocation \/ {\n)/m, () => forSockets);
  if ("preflights" in behind) return forBackend.replace(place, () => forPreflights);
  return "files" in behind ? forBackend.replace(part, forFiles.replaceAll("$", "$$$$")) : forBackend;
}

function atPlaces(text: string, { own, gatehouse, behind }: Places): string {
  const there = text
    .replace("docs.example.com {", `http://localhost:${own} {`)
    .replace("listen 443 ssl;", `listen 127.0.0.1:${own}; listen [::1]:${own};`)
    .replace("server_name docs.example.com;", "")
    .replaceAll(/127\.0\.0\.1:3000\b/g, `127.0.0.1:${gatehouse}`); // not 30001, which may be the proxy's own
  return "files" in behind
    ? there.replace("/srv/docs", behind.files)
    : there.replaceAll(/127\.0\.0\.1:8080\b/g, `127.0.0.1:${behind.backend}`);
}

/** What a recipe needs around it, to run beside others and for whoever starts it. */
const around: Record<Kind, (recipe: string, folder: string) => string> = {
  caddy: (recipe) => `{\n\tadmin off\n\tauto_https off\n}\n${recipe}`,
  nginx: (recipe, folder) => {
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const http = `http {\naccess_log off;\n${temporary.join("\n")}\n${recipe}\n}`;
    return `pid ${folder}/pid;\nerror_log stderr;\nevents {}\n${http}`;
  },
};

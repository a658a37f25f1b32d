import { existsSync } from "node:fs";
import { lacksProxies } from "../demo/proxies";
import { chromiumPath } from "./chromium";
import { poolerProgram } from "./postgres/pooler";
import { postgresPrograms } from "./postgres/programs";
import { lacksPython } from "./python";

/** What a suite needs that this machine lacks, and how to get it; each is undefined when nothing is missing. */
export type Lack = () => string | undefined;

export const lacksPostgres: Lack = () =>
  postgresPrograms() ? undefined : "needs a Postgres server's programs. On Debian: apt-get install postgresql.";

export const lacksPgBouncer: Lack = () =>
  existsSync(poolerProgram) ? lacksPostgres() : "needs PgBouncer. On Debian: apt-get install pgbouncer.";

export const lacksChromium: Lack = () =>
  existsSync(chromiumPath)
    ? undefined
    : "needs Chromium. On Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path.";

export const lacksCaddyOrNginx: Lack = () =>
  lacksProxies() ? "needs Caddy and nginx. On Debian: apt-get install caddy nginx." : undefined;

/** Docusaurus refuses an older one, and the JavaScript client is for no older one. */
const oldestNode = 20;
const lacksNode: Lack = () => {
  const version = Bun.which("node") ? Bun.spawnSync(["node", "--version"]).stdout.toString() : "";
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= oldestNode
    ? undefined
    : `needs Node.js ${oldestNode} or newer. On Debian: apt-get install nodejs.`;
};

/** What is published at npm is installed from there. */
export const lacksNpm: Lack = () =>
  Bun.which("npm") ? lacksNode() : "needs npm, which packs and installs packages. On Debian: apt-get install npm.";

export const lacksSite: Lack = () => lacksNpm() ?? lacksChromium();

export const lacksRelease: Lack = () => lacksPython() ?? lacksNpm();

export const lacksMemory: Lack = () => lacksPython() ?? lacksNode() ?? lacksPostgres() ?? lacksCaddyOrNginx();

export const lacksDemo: Lack = () => lacksPython() ?? lacksNode() ?? lacksChromium();

export const lacksImageTools: Lack = () => {
  if (process.getuid?.() !== 0) return "needs root, to make a container image and to run it.";
  return Bun.which("buildah") && existsSync("/usr/bin/tini-static")
    ? undefined
    : "needs buildah and tini. On Debian: apt-get install buildah tini.";
};

export const lacksTools: Lack = () =>
  ["fail2ban-regex", "prometheus", "promtool", "python3", "systemd-analyze"].every((name) => Bun.which(name))
    ? (lacksCaddyOrNginx() ?? lacksPostgres())
    : "needs fail2ban, Prometheus, Python and systemd. On Debian: apt-get install fail2ban prometheus python3 systemd.";

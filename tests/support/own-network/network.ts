import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../until";

/**
 * A network of a test's own, which nobody else is in and nothing leads out of. Every IP address is this machine's, so
 * that a connection to any of them is seen; names are looked up by the system's own resolver, which asks a DNS server
 * of the test. The machine around it stays as it is.
 */
export interface OwnNetwork {
  /** What stands before a command that is to run in it. */
  inside: readonly string[];
  /** Where the name leads from now on: at the first look-up, at the second, …, and at all after the last. */
  leads(...lookups: string[][]): Promise<void>;
  /** What came of it since then. */
  told(): Promise<Told>;
  stop(): Promise<void>;
}

export interface Told {
  /** The IP addresses that somebody connected to, one after the other. */
  reached: string[];
  /** How often the name was looked up. */
  lookups: number;
  /** How many webhooks arrived that were signed right. */
  heard: number;
}

/** The name that leads somewhere: the certificate `other-name` is for it. */
export const name = "other.example";
/** The one IP address that no way leads to. */
export const unreachable = "9.9.9.9";

/** Where it keeps what it needs. */
export const inFolder = (folder: string) => ({
  folder,
  socket: join(folder, "network.sock"),
  resolver: join(folder, "resolv.conf"),
  order: join(folder, "nsswitch.conf"),
});

/** Whoever is not root is so in a user namespace of their own. */
const user = process.getuid?.() === 0 ? [] : ["--user"];
const apart = ["unshare", "--mount", "--net", ...(user.length > 0 ? [...user, "--map-root-user"] : [])];

/** Of a machine's own resolver nothing is left but the order: files, then DNS. */
const prepare = `
  set -e
  ip link set lo up
  ip route add local default dev lo
  ip -6 route add local default dev lo
  ip route add unreachable ${unreachable} table local
  mount --bind "$1" /etc/resolv.conf
  if [ -e /etc/nsswitch.conf ]; then mount --bind "$2" /etc/nsswitch.conf; fi
  shift 2
  exec "$@"`;

function commandIn({ resolver, order }: ReturnType<typeof inFolder>, ...command: string[]): string[] {
  writeFileSync(resolver, "nameserver 127.0.0.1\nsearch .\n");
  writeFileSync(order, "hosts: files dns\n");
  return [...apart, "sh", "-c", prepare, "sh", resolver, order, ...command];
}

/** What this machine lacks for one; undefined when nothing is missing. Writes two files into the folder. */
export function lacksOwnNetwork(folder: string): string | undefined {
  if (!Bun.which("unshare") || !Bun.which("nsenter")) return "needs unshare and nsenter, of util-linux.";
  const { success, stderr } = Bun.spawnSync(commandIn(inFolder(folder), "true"));
  if (success) return undefined;
  return `needs iproute2, and the right to make namespaces, as root or by user namespaces: ${stderr.toString().trim()}`;
}

/** Starts one. The folder has the certificates of `makeCertificates`. */
export async function startOwnNetwork(folder: string): Promise<OwnNetwork> {
  const files = inFolder(folder);
  const child = Bun.spawn(commandIn(files, process.execPath, join(import.meta.dir, "inside.ts"), folder), {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const ask = (init: RequestInit = {}) => fetch("http://localhost/", { ...init, unix: files.socket });
  const answers = () =>
    child.exitCode !== null ||
    ask().then(
      ({ ok }) => ok,
      () => false,
    );
  await until("the network is there", answers, { every: 20 });
  if (child.exitCode !== null) throw new Error(`The network ended with ${child.exitCode}.`);
  const enter = ["nsenter", "--target", String(child.pid), "--mount", "--net"]; // which leads to the root folder
  const preserve = user.length > 0 ? ["--preserve-credentials"] : [];
  return {
    inside: [...enter, ...user, ...preserve, "sh", "-c", 'cd "$0" && exec "$@"', process.cwd()],
    leads: async (...lookups) => void (await ask({ method: "POST", body: JSON.stringify(lookups) })),
    told: async () => (await ask()).json() as Promise<Told>, // what `inside.ts` answers with
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

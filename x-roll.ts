import { startBalancer } from "./tests/support/balancer";
import { startPostgres } from "./tests/support/postgres/server";
import { freePort } from "./tests/support/program";
import { newMember } from "./tests/support/traffic";
import { readdirSync, readFileSync } from "node:fs";
const sh = (...c: string[]) => { const r = Bun.spawnSync(c); if (!r.success) throw new Error(c.join(" ") + r.stderr); return r.stdout.toString().trim(); };
const postgres = await startPostgres();
const DATABASE_URL = postgres.url(await postgres.createDatabase());
const ports = [String(freePort()), String(freePort())];
const image = (v: string) => sh("buildah", "from", `localhost/gatehouse:${v}`);
function start(container: string, PORT: string) {
  const env = Object.entries({ GATEHOUSE_HOST: "localhost", PORT, DATABASE_URL, BETTER_AUTH_SECRET: "a secret for the rolling upgrade, long enough", TRUSTED_PROXIES: "127.0.0.1, ::1", BETTER_AUTH_URL: "http://localhost:" + ports[0] }).flatMap(([k, v]) => ["-e", `${k}=${v}`]);
  return Bun.spawn(["buildah", "run", "--isolation", "chroot", "--network", "host", ...env, container, "--", "/tini", "-s", "--", "/gatehouse"], { stdout: Bun.file(`/tmp/roll-${PORT}.log`), stderr: "inherit" });
}
const pidOf = (port: string) => Number(readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && (() => { try { return readFileSync(`/proc/${pid}/cmdline`, "latin1") === "/gatehouse\0" && readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`PORT=${port}`); } catch { return false; } })()));
const ready = async (port: string) => { for (;;) { if ((await fetch(`http://localhost:${port}/readyz`).catch(() => null))?.ok) return; await Bun.sleep(50); } };
const versionOf = async (port: string) => (await fetch(`http://localhost:${port}/readyz`)).headers.get("x-gatehouse-version");
const children = ports.map((port) => start(image("0.1.0"), port));
await Promise.all(ports.map(ready));
console.log("versions", await Promise.all(ports.map(versionOf)));
const member = await newMember({ origin: `http://localhost:${ports[0]}` });
const balancer = startBalancer(ports.map((p) => `http://localhost:${p}`));
await Bun.sleep(300);
let done = 0, going = true; const bad: Record<string, number> = {};
const worker = async () => { while (going || done < 100_000) { const r = await fetch(`${balancer.origin}/api/session`, { headers: { cookie: member.cookie, host: `localhost:${ports[0]}` } }).catch((e) => ({ status: String(e) })); done++; if (r.status !== 200) bad[r.status] = (bad[r.status] ?? 0) + 1; if ("arrayBuffer" in r) await r.arrayBuffer(); if (done > 400_000) break; } };
const t = performance.now();
const all = Promise.all(Array.from({ length: 12 }, worker));
for (const to of ["0.2.0", "0.2.0", "0.1.0", "0.2.0"]) {
  for (const i of [0, 1]) {
    const port = ports[i]!;
    process.kill(pidOf(port), "SIGTERM");
    console.log(to, i, "exit", await children[i]!.exited);
    children[i] = start(image(to), port);
    await ready(port); await Bun.sleep(500);
    console.log("  now", await versionOf(port), "asked so far", done);
  }
}
going = false; await all;
console.log("asked", done, "not 200:", bad, "in", Math.round((performance.now() - t) / 1000), "s");
for (const port of ports) process.kill(pidOf(port), "SIGTERM");
await Promise.all(children.map((c) => c.exited));
await balancer.stop(); await postgres.remove(); process.exit();

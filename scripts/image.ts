import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { description, license, version } from "../package.json" with { type: "json" };

/**
 * `bun run image`: the container image from `dist/gatehouse`, which `bun run build` makes, by Debian's buildah, as an
 * archive for `docker load` and the like: `dist/gatehouse-image.tar`. It runs as root, or whom buildah is set up for.
 * `bun run image PROGRAM` takes another file; the archive is put beside it.
 */

const root = join(import.meta.dir, "..");
const program = resolve(root, process.argv[2] ?? "dist/gatehouse");
const archive = `${program}-image.tar`;
const name = `gatehouse:${version}`;

/** What the program is linked to, and where its loader looks for it. */
const libraries = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"];
const loader = "ld-linux-x86-64.so.2";

if (!existsSync(program)) throw new Error(`There is no ${program}: \`bun run build\` makes it.`);
const stage = mkdtempSync(join(tmpdir(), "gatehouse-image-"));
try {
  layOut(join(stage, "root"));
  mkdirSync(join(stage, "data"));
  const facts = Object.entries({ title: "Gatehouse", description, version, licenses: license });
  const labels = facts.flatMap(([key, value]) => ["--label", `org.opencontainers.image.${key}=${value}`]);
  const file = join(root, "Containerfile");
  // Docker's format: OCI's has no place for a health check. A fixed time, so that the same files give the same image.
  const more = ["--isolation", "chroot", "--format", "docker", "--timestamp", String(committedAt())];
  run("buildah", "build", ...more, ...labels, "--file", file, "--tag", name, stage);
  rmSync(archive, { force: true });
  run("buildah", "push", "--quiet", name, `docker-archive:${archive}:${name}`);
  console.log(`${archive}: ${Math.round(statSync(archive).size / 1e6)} MB`);
} finally {
  rmSync(stage, { recursive: true });
}

function layOut(folder: string) {
  const put = (from: string, to: string, mode = 0o644) => {
    const target = join(folder, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(realpathSync(from), target);
    chmodSync(target, mode);
  };
  put(program, "gatehouse", 0o755);
  put("/usr/bin/tini-static", "tini", 0o755);
  put(`/lib64/${loader}`, `lib64/${loader}`, 0o755);
  for (const library of libraries) put(`/lib/x86_64-linux-gnu/${library}`, `lib/x86_64-linux-gnu/${library}`, 0o755);
  put("/etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs/ca-certificates.crt");
  for (const packaged of ["libc6", "tini", "ca-certificates"])
    put(`/usr/share/doc/${packaged}/copyright`, `usr/share/doc/${packaged}/copyright`);
  put(join(root, "LICENSE"), "usr/share/doc/gatehouse/copyright");
}

/** Seconds since 1970. */
function committedAt(): number {
  return Number(run("git", "-C", root, "log", "-1", "--format=%ct").trim());
}

function run(...command: string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd: root });
  if (!success) throw new Error(`${command.slice(0, 2).join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}

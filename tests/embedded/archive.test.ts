import { expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backUp, backUpCopy, restore } from "../../db/archive";
import { clusterIn, homeIn } from "../../db/embedded-folders";
import { openEmbedded } from "../../db/embedded";
import { command, startFolder } from "../support/command";
import { foldersOfEach } from "../support/folders";

/** What a backup or a restore that fails leaves behind: nothing. */

const folder = foldersOfEach();

/** A folder with an embedded database, which nobody has open. */
async function used() {
  const made = folder();
  await (await openEmbedded(made)).close();
  return made;
}

test("what is no backup leaves nothing behind, and a backup fits into the same folder after it", async () => {
  const [target, beside] = [folder(), folder()];
  const [junk, file] = [join(beside, "junk"), join(beside, "backup.tar.gz")];
  writeFileSync(junk, "no backup");
  await expect(restore(target, junk)).rejects.toThrow(
    `${junk}: is not a backup of an embedded database of this version.`,
  );
  expect(readdirSync(homeIn(target)).sort()).toEqual(["engine", "lock"]);
  await backUp(await used(), file);
  await restore(target, file);
  expect(readdirSync(homeIn(target)).sort()).toEqual(["cluster", "engine", "lock"]);
  await (await openEmbedded(target)).close();
});

test("a restore into a folder with a database is refused, and leaves it to the program", async () => {
  const target = await used();
  const file = join(folder(), "backup.tar.gz");
  writeFileSync(file, "");
  await expect(restore(target, file)).rejects.toThrow("there is a database in it already");
  await (await openEmbedded(target)).close();
});

test("a restore reads no device, which may never end", async () => {
  await expect(restore(folder(), "/dev/zero")).rejects.toThrow("/dev/zero: is a device");
});

test("two backups to one file at a time share nothing: one is in place, and the other says so", async () => {
  const [beside, one, other] = [folder(), clusterIn(await used()), join(folder(), "copy")];
  cpSync(one, other, { recursive: true });
  const file = join(beside, "backup.tar.gz");
  const draftOfAnother = `${file}.part`;
  writeFileSync(draftOfAnother, "");
  const ended = await Promise.allSettled([one, other].map((copy) => backUpCopy(copy, file)));
  const refusals = ended.flatMap((backup) => (backup.status === "rejected" ? [String(backup.reason)] : []));
  expect(refusals).toEqual([expect.stringContaining(`${file}: is there already.`)]);
  expect(
    readdirSync(beside)
      .map((name) => join(beside, name))
      .sort(),
  ).toEqual([file, draftOfAnother]);
});

test("a restore that the system keeps from its work says so, and not that the file is no backup", async () => {
  const file = join(folder(), "backup.tar.gz");
  mkdirSync(file);
  await expect(restore(folder(), file)).rejects.toThrow(`${file}: could not be restored (EISDIR).`);
});

const isRoot = process.getuid?.() === 0;
const onSmallDisk = [
  ...["unshare", "--mount", ...(isRoot ? [] : ["--user", "--map-root-user"])],
  ...["sh", "-c", 'mount -t tmpfs -o size=12m tmpfs "$1" && shift && "$@"', "sh"],
];

test("a restore that fills the disk says so, and not that the file is no backup", async () => {
  const [target, beside] = [folder(), folder()];
  if (Bun.which("unshare") === null || !Bun.spawnSync([...onSmallDisk, target, "true"]).success) {
    if (process.env.CI === "true") throw new Error("A full disk needs the right to mount.");
    return console.warn("!! SKIPPED: a full disk needs unshare --mount.");
  }
  const file = join(beside, "backup.tar.gz");
  await backUp(await used(), file);
  const restored = Bun.spawn([...onSmallDisk, target, ...command, "restore", file], {
    ...{ cwd: startFolder, env: { PATH: process.env.PATH ?? "", DATA_DIR: target } },
    ...{ stdout: "ignore", stderr: "pipe" },
  });
  expect(await new Response(restored.stderr).text()).toBe(`${file}: could not be restored (ENOSPC).\n`);
  expect(await restored.exited).toBe(1);
});

test("a backup that cannot be written says why, leaves no part of it, and the database to the program", async () => {
  const source = await used();
  const beside = folder();
  const file = join(beside, "there/backup.tar.gz");
  await expect(backUp(source, file)).rejects.toThrow(`${file}: could not be written (ENOENT).`);
  expect(readdirSync(beside)).toEqual([]);
  await (await openEmbedded(source)).close();
});

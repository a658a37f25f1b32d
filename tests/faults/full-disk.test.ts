import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPerson, type Person } from "../harness";
import { newFolder, startProgram } from "../program";
import { manyClients, newMember, send, signIn, signUp } from "./traffic";

const megabytes = 1024 * 1024;

/** A folder on a disk of its own, small enough to fill. */
function smallDisk(size: number) {
  const folder = newFolder();
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${size}m`, "tmpfs", folder]);
  if (mounted.exitCode !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  const remove = () => {
    Bun.spawnSync(["umount", "-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, remove };
}

/** Writes zeros until there is no room for more. */
function fill(path: string) {
  const block = Buffer.alloc(megabytes);
  for (const piece of [megabytes, 64 * 1024, 4096, 512]) {
    try {
      for (;;) writeFileSync(path, block.subarray(0, piece), { flag: "a" });
    } catch {
      continue; // full, for pieces of this size
    }
  }
}

/** An ordinary user may not mount; where the test command must not skip, this fails instead. */
const cannotMount = process.getuid?.() !== 0 && process.env.CI !== "true";
if (cannotMount) console.log("!! SKIPPED  D7: needs root, to mount a small disk.");

test.skipIf(cannotMount)("D7 the disk is full: writes are told to try again, session checks go on, and all is well when there is room", async () => {
  const disk = smallDisk(160);
  const gatehouse = await startProgram(manyClients, join(disk.folder, "data"));
  try {
    const member = await newMember(gatehouse);
    const filler = join(disk.folder, "filler");
    fill(filler);
    const acknowledged: Person[] = [];
    const refused: Person[] = [];
    const statuses = new Set<number>();
    for (let i = 0; i < 400 && refused.length < 5; i++) {
      const person = newPerson();
      const status = await signUp(gatehouse, person);
      statuses.add(status);
      (status === 303 ? acknowledged : refused).push(person);
    }
    const check = await send(gatehouse, "GET /api/session", { cookie: member.cookie });
    rmSync(filler);
    const afterwards = await signUp(gatehouse, newPerson());
    const lost = [];
    for (const person of [...acknowledged.slice(-20), ...refused]) {
      await signUp(gatehouse, person);
      if ((await signIn(gatehouse, person)) === null) lost.push(person.email);
    }
    console.log(`D7: ${acknowledged.length} sign-ups fitted, then ${[...statuses]}; a check meanwhile ${check.status}, a sign-up afterwards ${afterwards}, ${lost.length} lost or stuck`);
    expect([...statuses].filter((status) => status !== 303 && status !== 503)).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect([check.status, afterwards, lost]).toEqual([200, 303, []]);
  } finally {
    await gatehouse.remove().catch(() => undefined);
    disk.remove();
  }
}, 180_000);

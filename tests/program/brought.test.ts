import { expect, test } from "bun:test";
import { join } from "node:path";
import { bringPrograms, broughtChromium, broughtPostgres } from "../support/brought";

/** What the test command brings to a bare machine, also where the machine's own is preferred. */

const says = (program: string) => Bun.spawnSync([program, "--version"]).stdout.toString().trim();

test.skipIf(process.platform !== "linux")(
  "the Postgres and the Chromium for a machine that has none come whole, and run",
  async () => {
    await bringPrograms();
    for (const program of ["initdb", "pg_ctl", "postgres"])
      expect(says(join(broughtPostgres, program))).toBe(`${program} (PostgreSQL) 18.4`);
    if (process.arch === "x64") expect(says(broughtChromium)).toMatch(/\b153\.0\./);
  },
  300_000,
);

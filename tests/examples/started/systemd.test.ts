import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "../../support/program";
import { read } from "../environments";

/** What systemd itself says to the unit, with a program that is there. */

const highestExposure = 2; // of 10

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const unit = join(folder, "gatehouse.service");
writeFileSync(unit, read("systemd/gatehouse.service").replace("/usr/local/bin/gatehouse", process.execPath));

function analyze(...words: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["systemd-analyze", ...words, unit]);
  return { exitCode, said: stderr.toString(), out: stdout.toString() };
}

test("the unit of systemd is in order", () => {
  // Recursive errors would be those of the machine's own units.
  expect(analyze("verify", "--recursive-errors=no", "--man=no")).toEqual({ exitCode: 0, said: "", out: "" });
});

test("the unit of systemd leaves little open", () => {
  const { exitCode, out } = analyze("security", "--offline=true", `--threshold=${highestExposure * 10}`);
  expect(out).toContain("Overall exposure level for gatehouse.service");
  expect(exitCode).toBe(0);
});

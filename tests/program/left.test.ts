import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, newFolder } from "../support/program";

const support = join(import.meta.dir, "../support");

/** A test that starts two programs, of which the second fails: nobody is given the first. */
const failing = (folder: string, port: number) => `
  import { beforeAll, test } from "bun:test";
  import { startProgram } from ${JSON.stringify(join(support, "program.ts"))};
  beforeAll(async () => {
    await startProgram({ PORT: "${port}" }, ${JSON.stringify(join(folder, "data"))});
    console.log("The first answers.");
    await startProgram({ BETTER_AUTH_URL: "no address" });
  });
  test("is not reached", () => {});
`;

test("no program is left running where a test could not start another", async () => {
  const [folder, port] = [newFolder(), freePort()];
  await Bun.write(join(folder, "failing.test.ts"), failing(folder, port));
  const command = [process.execPath, "test", "--preload", join(support, "setup.ts"), "./failing.test.ts"];
  const child = Bun.spawn(command, { cwd: folder, stdout: "pipe", stderr: "ignore" });
  expect(await new Response(child.stdout).text()).toContain("The first answers.");
  expect(await child.exited).toBe(1);
  expect(await fetch(`http://localhost:${port}/livez`).catch(() => "nobody")).toBe("nobody");
  rmSync(folder, { recursive: true });
});

test("a port for a test is none that the system gives to outgoing connections", () => {
  const ports = Array.from({ length: 200 }, freePort);
  expect(Math.min(...ports)).toBeGreaterThan(10_000);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

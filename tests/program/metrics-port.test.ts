import { expect, test } from "bun:test";
import { refusalOf } from "../support/refusal";
import { freePort, newFolder, spawnProgram, startProgram } from "../support/program";

/** Where the metrics are to be had, and where not. */

const get = (address: string) =>
  fetch(address).then(
    async (response) => ({
      status: response.status,
      text: await response.text(),
      type: response.headers.get("content-type"),
    }),
    () => undefined,
  );

test("metrics are on a port of their own, for this machine, and the pages' port has none", async () => {
  const port = freePort();
  const program = await startProgram({ GATEHOUSE_METRICS_PORT: String(port) });
  expect((await get(`${program.origin}/sign-in`))?.status).toBe(200);
  const metrics = await get(`http://127.0.0.1:${port}/metrics`);
  expect(metrics).toMatchObject({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" });
  expect(metrics?.text).toMatch(/^gatehouse_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  expect(metrics?.text).toMatch(/^gatehouse_http_request_duration_seconds_count\{route="\/sign-in",.* 1$/m);
  expect(metrics?.text).toEndWith("\n");
  for (const address of [`${program.origin}/metrics`, `http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}/sign-in`])
    expect((await get(address))?.status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: "POST" })).status).toBe(404);
  expect(await get(`http://127.0.0.2:${port}/metrics`)).toBeUndefined(); // another address of this machine
  await program.remove();
});

test("a port for the metrics that is taken, or is the pages', is refused in words", async () => {
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const child = spawnProgram({
    ...{ PORT: String(freePort()), DATA_DIR: newFolder(), GATEHOUSE_METRICS_PORT: String(taken.port) },
  });
  expect(await child.exited).toBe(1);
  expect(await new Response(child.stderr).text()).toStartWith("GATEHOUSE_METRICS_PORT, GATEHOUSE_METRICS_HOST: cannot");
  taken.stop(true);
  expect(refusalOf({ GATEHOUSE_METRICS_PORT: "3000" })).toEqual([
    "GATEHOUSE_METRICS_PORT: is the port of the pages. Use another one.",
  ]);
  expect(refusalOf({ GATEHOUSE_METRICS_HOST: "0.0.0.0" })).toEqual([
    "GATEHOUSE_METRICS_HOST: nothing listens there yet. Set GATEHOUSE_METRICS_PORT too, or leave it out.",
  ]);
});

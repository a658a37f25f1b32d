import { describe, expect, test } from "bun:test";
import { freePort } from "../support/program";
import { reply, type Reply, startTold } from "../support/told";
import { runInRuntime, runtimes, startRuntime } from "./places";
import { signedIn } from "./strange";

/** When a question is put again, and over which connection. */

const somebody = reply(200, signedIn);
const json = { "content-type": "application/json" };
const cookie = `better-auth.session_token=${crypto.randomUUID()}.b`;

interface Case {
  what: string;
  answer(n: number): Reply;
  calls: number;
  status: number;
  /** How many questions Gatehouse hears. */
  heard: number;
}

const cases: Case[] = [
  { what: "on a new connection: not again", answer: () => null, calls: 1, status: 503, heard: 1 },
  { what: "on a kept one: once more", answer: (n) => (n === 2 ? null : somebody), calls: 2, status: 200, heard: 3 },
  { what: "on a kept one, twice", answer: (n) => (n === 1 ? somebody : null), calls: 2, status: 503, heard: 3 },
];

for (const runtime of runtimes)
  describe(runtime, () => {
    for (const { what, answer, calls, status, heard } of cases)
      test(`a question is lost ${what}`, async () => {
        const told = await startTold(answer);
        const app = await startRuntime(runtime, { GATEHOUSE_URL: told.origin, DEADLINE_SECONDS: "5" });
        try {
          const statuses: number[] = [];
          for (let i = 0; i < calls; i += 1)
            statuses.push((await fetch(`${app.origin}/me`, { headers: { cookie } })).status);
          // Suites run side by side: what asks for a server that has ended may meet another one at its port.
          const ours = told.heard.filter((head) => head.includes(cookie));
          expect([statuses.at(-1), ours.length]).toEqual([status, heard]);
        } finally {
          await app.stop();
          told.close();
        }
      });

    test("connections are kept", async () => {
      const told = await startTold(() => somebody);
      const app = await startRuntime(runtime, { GATEHOUSE_URL: told.origin, DEADLINE_SECONDS: "5" });
      try {
        for (let i = 0; i < 5; i += 1) await (await fetch(`${app.origin}/me`, { headers: { cookie } })).text();
        expect([told.heard.length, told.connections]).toEqual([5, 1]);
      } finally {
        await app.stop();
        told.close();
      }
    });
  });

for (const runtime of ["Node", "Bun", "Deno"] as const)
  test(`${runtime} loses no question on the connection of an answer that was too long`, async () => {
    const port = freePort();
    const answering = (body: string) =>
      Bun.serve({ port, hostname: "127.0.0.1", fetch: () => new Response(body, { headers: json }) });
    const first = answering("[".repeat(100_000));
    const app = await startRuntime(runtime, { GATEHOUSE_URL: `http://127.0.0.1:${port}`, DEADLINE_SECONDS: "5" });
    const ask = async () => (await fetch(`${app.origin}/me`, { headers: { cookie } })).status;
    try {
      expect(await ask()).toBe(503);
      await Bun.sleep(200); // until Node has put the connection aside
      await first.stop(true); // such as a proxy with a page of its own for errors
      const second = answering(signedIn);
      expect(await ask()).toBe(200);
      await second.stop(true);
    } finally {
      await app.stop();
    }
  });

for (const runtime of ["Node", "Bun", "Deno"] as const)
  for (const host of ["localhost", "127.0.0.1"])
    test(`${runtime} tries twice to connect to ${host}, and says what it was in words without a cookie`, async () => {
      const url = `http://${host}:${freePort()}`;
      const { count, answer, lines } = JSON.parse(await runInRuntime(runtime, "counted.mjs", url));
      expect([count, answer.split(":")[0]]).toEqual([2, "Unavailable"]);
      expect(lines).toEqual([expect.stringMatching(/^Gatehouse at \S+: \w+ \(request id-12345678\)$/)]);
      expect(lines[0]).toMatch(/: (ECONNREFUSED|ConnectionRefused|tcp_connect_error) /);
    });

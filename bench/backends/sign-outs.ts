import { join } from "node:path";
import { nodeProgram, pythonProgram, type StartProgram } from "../../tests/support/client-programs";
import { post, signIn, type Running } from "../stage";
import { median, percentile } from "../wrk";

/** How long backends that answer from memory still let somebody in who signed out; in milliseconds. */
export interface SignOuts {
  backend: string;
  median: number;
  p99: number;
  slowest: number;
  rounds: number;
}

const root = join(import.meta.dir, "../..");

/**
 * Milliseconds from the answer to a sign-out until a backend, asked without pause, knows nobody any more. Each session
 * was answered from the backend's memory before.
 */
export async function signOuts(
  gatehouse: Running,
  { environment, emails, rounds }: { environment: Record<string, string>; emails: string[]; rounds: number },
): Promise<SignOuts[]> {
  const kinds: [name: string, start: StartProgram][] = [
    ["Python", await pythonProgram(join(root, "clients/python/tests"), "memory_app:app")],
    ["JavaScript", nodeProgram(join(root, "tests/javascript-client/apps/memory.mjs"))],
  ];
  const results: SignOuts[] = [];
  for (const [backend, start] of kinds) {
    const program = await start(environment);
    const delays: number[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        const cookie = await signIn(gatehouse, emails[round % emails.length] ?? "");
        delays.push(await signOut(gatehouse, program, cookie));
      }
    } finally {
      program.process.kill("SIGKILL");
    }
    results.push({
      ...{ backend, rounds, median: median(delays) },
      ...{ p99: percentile(delays, 0.99), slowest: Math.max(...delays) },
    });
  }
  return results;
}

async function signOut(gatehouse: Running, backend: { origin: string }, cookie: string): Promise<number> {
  const ask = async (): Promise<{ who: string | null; fromMemory: boolean }> => {
    const answer = await fetch(`${backend.origin}/who`, { headers: { cookie } });
    if (answer.status !== 200) throw new Error(`A backend answered with ${answer.status}.`);
    return answer.json();
  };
  const began = performance.now();
  while (!(await ask()).fromMemory)
    if (performance.now() - began > 10_000) throw new Error("A session did not come into memory.");
  await post(`${gatehouse.origin}/api/auth/sign-out`, {}, cookie);
  const ended = performance.now();
  while ((await ask()).who !== null)
    if (performance.now() - ended > 5000) throw new Error("A backend still answers for the session.");
  return performance.now() - ended;
}

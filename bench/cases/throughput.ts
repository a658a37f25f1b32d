import { signIn, type Stage } from "../stage";
import { median, wrk, type Measured } from "../wrk";

/** How often something is answered in a second, and how fast, in milliseconds; medians. */
export interface Rate {
  name: string;
  rate: number;
  p50: number;
  p99: number;
}

const seconds = 3;

/** Everything that answers without a flood, in turns. */
export async function throughput(
  { hello, gatehouse, forgetful, authOnElysia, authOnNode, cookie }: Stage,
  rounds: number,
): Promise<Rate[]> {
  const headers = { cookie };
  const another = { cookie: await signIn(gatehouse, "ada@example.org") }; // that the session API is never asked about
  const cases: [name: string, url: string, headers: Record<string, string>, refusals?: "only"][] = [
    ["bare Bun.serve, hello", `${hello}/`, {}],
    ["Gatehouse, check, live", `${gatehouse.origin}/api/session`, headers],
    ["Gatehouse, check, nobody", `${gatehouse.origin}/api/session`, {}, "only"],
    ["Gatehouse, get-session, live", `${gatehouse.origin}/api/auth/get-session`, another],
    ["Gatehouse, check, cache off", `${forgetful.origin}/api/session`, headers],
    ["Gatehouse, get-session, cache off", `${forgetful.origin}/api/auth/get-session`, headers],
    ["Gatehouse, sign-in page", `${gatehouse.origin}/sign-in`, {}],
    ["Better Auth's get-session, Elysia on Bun", `${authOnElysia}/api/auth/get-session`, headers],
    ["Better Auth's get-session, Node", `${authOnNode}/api/auth/get-session`, headers],
  ];
  await sameAnswer([gatehouse.origin, forgetful.origin, authOnElysia, authOnNode], headers);
  for (const [, url, given] of cases) await wrk(url, { seconds: 1, headers: given }); // warm
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, url, given, refusals] of cases) {
      const result = await wrk(url, { seconds, headers: given });
      if (result.refused > 0 && refusals !== "only")
        throw new Error(`${name}: ${result.refused} answers were refusals.`);
      measured.set(name, [...(measured.get(name) ?? []), result]);
    }
  return [...measured].map(([name, results]) => ({
    name,
    rate: median(results.map(({ rate }) => rate)),
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
  }));
}

/** What is compared must be the same: all four say the same of the one session. */
async function sameAnswer(origins: string[], headers: Record<string, string>) {
  const texts = await Promise.all(
    origins.map(async (origin) => (await fetch(`${origin}/api/auth/get-session`, { headers })).text()),
  );
  if (!texts[0]?.includes("ada@example.org") || new Set(texts).size > 1)
    throw new Error("The four do not give the same answer.");
}

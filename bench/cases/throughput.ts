import { coreSecondsOf, signIn, type Running, type Stage } from "../stage";
import { median, wrk, type Measured } from "../wrk";

/**
 * How often something is answered in a second, how many microseconds of a core an answer costs its process, and how
 * fast it is, in milliseconds; medians.
 */
export interface Rate {
  name: string;
  rate: number;
  microseconds: number;
  p50: number;
  p99: number;
}

type Case = [name: string, of: Running, path: string, headers: Record<string, string>, refusals?: "only"];
type Costly = Measured & { microseconds: number };

const seconds = 3;

/** Everything that answers without a flood, in turns. */
export async function throughput(
  { hello, byHeart, barePg, bareSql, gatehouse, forgetful, authOnElysia, authOnNode, cookie }: Stage,
  rounds: number,
): Promise<Rate[]> {
  const headers = { cookie };
  const another = { cookie: await signIn(gatehouse, "ada@example.org") }; // that the session API is never asked about
  const cases: Case[] = [
    ["bare Bun.serve, hello", hello, "/", {}],
    ["bare Bun.serve, our answer by heart", byHeart, "/", headers],
    ["bare Bun.serve with pg, one query", barePg, "/", headers],
    ["bare Bun.serve with Bun.SQL, one query", bareSql, "/", headers],
    ["Gatehouse, check, live", gatehouse, "/api/session", headers],
    ["Gatehouse, check, nobody", gatehouse, "/api/session", {}, "only"],
    ["Gatehouse, get-session, live", gatehouse, "/api/auth/get-session", another],
    ["Gatehouse, check, cache off", forgetful, "/api/session", headers],
    ["Gatehouse, get-session, cache off", forgetful, "/api/auth/get-session", headers],
    ["Gatehouse, sign-in page", gatehouse, "/sign-in", {}],
    ["Better Auth's get-session, Elysia on Bun", authOnElysia, "/api/auth/get-session", headers],
    ["Better Auth's get-session, Node", authOnNode, "/api/auth/get-session", headers],
  ];
  await sameAnswer(
    [gatehouse, forgetful, authOnElysia, authOnNode].map(({ origin }) => origin),
    headers,
  );
  for (const [, { origin }, path, given] of cases) await wrk(origin + path, { seconds: 1, headers: given }); // warm
  const measured = new Map<string, Costly[]>();
  for (let round = 0; round < rounds; round++)
    for (const one of cases) measured.set(one[0], [...(measured.get(one[0]) ?? []), await measure(one)]);
  return [...measured].map(([name, results]) => ({
    name,
    rate: median(results.map(({ rate }) => rate)),
    microseconds: median(results.map(({ microseconds }) => microseconds)),
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
  }));
}

async function measure([name, { origin, process }, path, headers, refusals]: Case): Promise<Costly> {
  const before = coreSecondsOf(process);
  const result = await wrk(origin + path, { seconds, headers });
  const microseconds = ((coreSecondsOf(process) - before) * 1e6) / (result.rate * seconds);
  if (result.refused > 0 && refusals !== "only") throw new Error(`${name}: ${result.refused} answers were refusals.`);
  return { ...result, microseconds };
}

/** What is compared must be the same: all four say the same of the one session, but for the token that scripts see. */
async function sameAnswer(origins: string[], headers: Record<string, string>) {
  const texts = await Promise.all(
    origins.map(async (origin) => {
      const text = await (await fetch(`${origin}/api/auth/get-session`, { headers })).text();
      return text.replace(/"token":"[^"]+"/, "");
    }),
  );
  if (!texts[0]?.includes("ada@example.org") || new Set(texts).size > 1)
    throw new Error("The four do not give the same answer.");
}

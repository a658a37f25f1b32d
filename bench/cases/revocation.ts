import { post, settings, signIn, startQuietly, type Stage } from "../stage";
import { median, percentile } from "../wrk";

/** How long another replica answers for a session that ended: milliseconds from the answer to the sign-out. */
export async function revocation({ gatehouse, postgres, database }: Stage, rounds: number) {
  const replica = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  const delays: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const cookie = await signIn(gatehouse, `member${round % 24}@example.org`);
    const status = async (origin: string) => {
      const response = await fetch(`${origin}/api/session`, { headers: { cookie } });
      await response.arrayBuffer();
      return response.status;
    };
    for (let asked = 0; asked < 20; asked++)
      for (const { origin } of [gatehouse, replica])
        if ((await status(origin)) !== 200) throw new Error("A session that lives was refused.");
    await post(`${gatehouse.origin}/api/auth/sign-out`, {}, cookie);
    const ended = performance.now();
    if ((await status(gatehouse.origin)) !== 401)
      throw new Error("The replica that signed out still answers for the session.");
    while ((await status(replica.origin)) !== 401)
      if (performance.now() - ended > 5000) throw new Error("The other replica still answers for the session.");
    delays.push(performance.now() - ended);
  }
  await replica.remove();
  return { median: median(delays), p99: percentile(delays, 0.99), slowest: Math.max(...delays), rounds };
}

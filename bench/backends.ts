import { startPostgres, type PostgresServer } from "../tests/support/postgres/server";
import { costsOfAsking } from "./backends/costs";
import { changesPage, costsPage, memoryPage } from "./backends/page";
import { pollingOfChanges, pollingOfMany } from "./backends/polling";
import { signOuts } from "./backends/sign-outs";
import { writeSection } from "./page";
import { newMember, settings, signIn, startQuietly, type Running } from "./stage";

/**
 * `bun run bench:backends`: what it costs a backend in Python or JavaScript to know who is calling, how soon one with a
 * memory sees a sign-out, and what backends that poll cost Gatehouse; about half an hour and 5 GB of memory and disk.
 * Puts the results into docs/performance.md; with `costs`, `changes` or `memory` one of the parts alone, and with
 * `short` as little as it takes to try it out, of which nothing is written.
 */
const words = process.argv.slice(2);
const short = words.includes("short");
const parts = { costs: costsOfBackends, changes: pollingWhileMuchChanges, memory: pollingOfAFullMemory };

const postgres = await startPostgres();
try {
  for (const [name, part] of Object.entries(parts)) {
    if (Object.keys(parts).some((each) => words.includes(each)) && !words.includes(name)) continue;
    const results = await part(postgres);
    console.log(`${results}\n`);
    if (!short) writeSection(`backends, ${name}`, results);
  }
} finally {
  await postgres.remove();
}
process.exit(0);

async function costsOfBackends(on: PostgresServer): Promise<string> {
  const key = crypto.randomUUID() + crypto.randomUUID();
  const DATABASE_URL = on.url(await on.createDatabase());
  const gatehouse = await startQuietly({ ...settings, DATABASE_URL, GATEHOUSE_BACKEND_KEY: key });
  try {
    return await costsBefore(gatehouse, { GATEHOUSE_URL: gatehouse.origin, LIVE_KEY: key });
  } finally {
    await gatehouse.remove();
  }
}

async function costsBefore(gatehouse: Running, environment: Record<string, string>): Promise<string> {
  const emails = Array.from({ length: 10 }, (_, i) => `ada${i}@example.org`);
  for (const email of emails) await newMember(gatehouse, email);
  const cookies: string[] = [];
  for (let i = 0; i < 40; i++) cookies.push(await signIn(gatehouse, emails[i % emails.length] ?? ""));
  const load = short ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 3 };
  const costs = await costsOfAsking(environment, cookies, load);
  const seen = await signOuts(gatehouse, { environment, emails, rounds: short ? 20 : 200 });
  return costsPage(costs, seen, load.rounds);
}

async function pollingWhileMuchChanges(on: PostgresServer): Promise<string> {
  return changesPage(await pollingOfChanges(on, 10_000, [0, 1, 10, 100]));
}

async function pollingOfAFullMemory(on: PostgresServer): Promise<string> {
  const kept = short ? 10_000 : 1_000_000;
  return memoryPage(await pollingOfMany(on, kept), kept);
}

import { startPostgres } from "../tests/support/postgres/server";
import { costsOfAsking } from "./backends/costs";
import { pageOf } from "./backends/page";
import { pollingOfChanges, pollingOfMany } from "./backends/polling";
import { signOuts } from "./backends/sign-outs";
import { writeSection } from "./page";
import { newMember, settings, signIn, startQuietly } from "./stage";

/**
 * `bun run bench:backends`: what it costs a backend in Python or JavaScript to know who is calling, how soon one with a
 * memory sees a sign-out, and what backends that poll cost Gatehouse; about half an hour and 5 GB of memory and disk.
 * Puts the results into docs/performance.md; `bun run bench:backends short` is for trying it out, and writes nothing.
 */
const short = process.argv[2] === "short";
const sessions = 40;
const kept = short ? 10_000 : 1_000_000;
const load = short ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 3 };

const postgres = await startPostgres();
try {
  const key = crypto.randomUUID() + crypto.randomUUID();
  const DATABASE_URL = postgres.url(await postgres.createDatabase());
  const gatehouse = await startQuietly({ ...settings, DATABASE_URL, GATEHOUSE_BACKEND_KEY: key });
  const environment = { GATEHOUSE_URL: gatehouse.origin, LIVE_KEY: key };
  const emails = Array.from({ length: 10 }, (_, i) => `ada${i}@example.org`);
  for (const email of emails) await newMember(gatehouse, email);
  const cookies: string[] = [];
  while (cookies.length < sessions) cookies.push(await signIn(gatehouse, emails[cookies.length % emails.length] ?? ""));
  const costs = await costsOfAsking(environment, cookies, load);
  const seen = await signOuts(gatehouse, { environment, emails, rounds: short ? 20 : 200 });
  await gatehouse.remove();
  const many = await pollingOfMany(postgres, kept);
  const changing = await pollingOfChanges(postgres, 10_000, [0, 1, 10, 100]);
  const results = pageOf({ costs, seen, many, changing, kept, rounds: load.rounds });
  console.log(results);
  if (!short) writeSection("backends", results);
} finally {
  await postgres.remove();
}
process.exit(0);

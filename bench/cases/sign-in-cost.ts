import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresServer } from "../../tests/support/postgres/server";
import { logStatements, statementsDuring } from "../../tests/support/postgres/statements";
import { childrenOf } from "../../tests/support/processes";
import { newMember, password, post, settings, startQuietly } from "../stage";
import { median, wrk } from "../wrk";
import { checksDuring } from "./floods";

/** A program on a Postgres, with members enough that none is held up. */
interface House {
  postgres: PostgresServer;
  origin: string;
  /** The cookie of a session to ask about. */
  cookie: string;
  /** A member's address, the next one each time. */
  nextEmail(): string;
  remove(): Promise<void>;
}

const members = 200;

export async function startHouse(postgres: PostgresServer): Promise<House> {
  const database = await postgres.createDatabase();
  const program = await startQuietly({ ...settings, DATABASE_URL: postgres.url(database) });
  const cookie = await newMember(program, "ada@example.org");
  await postgres.query(
    database,
    `with made as (insert into "user" (id, name, email)
       select 'm' || i, 'Member', 'm' || i || '@example.org' from generate_series(1, $1) i returning id)
     insert into account (id, account_id, provider_id, user_id, password)
       select id, id, 'credential', id, (select password from account limit 1) from made`,
    [members],
  );
  await postgres.query(database, "analyze");
  let next = 0;
  const nextEmail = () => `m${(next++ % members) + 1}@example.org`;
  return { postgres, origin: program.origin, cookie, nextEmail, remove: program.remove };
}

/** What a sign-in costs Postgres. */
interface Cost {
  what: string;
  /** How many statements it asks. */
  statements: number;
  /** Of a core, all processes of Postgres together. */
  milliseconds: number;
}

/** By a program in a browser that is new each time, and by the page in a browser that is known. */
export async function signInCost(house: House, count: number): Promise<Cost[]> {
  const device = await deviceCookies(house);
  const ways = [
    { what: "in a new browser, by Better Auth's API", signIn: () => signInByApi(house) },
    { what: "in a known browser, by the page", signIn: () => signInByPage(house, device) },
  ];
  const costs: Cost[] = [];
  for (const { what, signIn } of ways) {
    await manyTimes(100, signIn); // so that every connection is warm
    const before = await millisecondsOf(house.postgres);
    await manyTimes(count, signIn);
    const milliseconds = ((await millisecondsOf(house.postgres)) - before) / count;
    costs.push({ what, statements: await statementsOf(house, signIn), milliseconds });
  }
  return costs;
}

const signInByApi = async ({ origin, nextEmail }: House) =>
  void (await post(`${origin}/api/auth/sign-in/email`, { email: nextEmail(), password }));

let visitors = 0;

async function signInByPage({ origin, nextEmail }: House, devices: Map<string, string>): Promise<void> {
  const email = nextEmail();
  const address = `10.201.${++visitors >> 8}.${visitors & 255}`;
  const headers = { origin, "x-forwarded-for": address, cookie: devices.get(email) ?? "" };
  const body = new URLSearchParams({ email, password, remember: "on" });
  const { status } = await fetch(`${origin}/sign-in`, { method: "POST", headers, body, redirect: "manual" });
  if (status !== 303) throw new Error(`/sign-in answered ${status}.`);
}

/** A cookie for each member by which their browser is known. */
async function deviceCookies({ origin, nextEmail }: House): Promise<Map<string, string>> {
  const cookies = new Map<string, string>();
  while (cookies.size < members) {
    const email = nextEmail();
    const { headers } = await post(`${origin}/api/auth/sign-in/email`, { email, password });
    const lines = headers.getSetCookie().filter((line) => line.includes("gatehouse.device="));
    cookies.set(email, lines[0]?.split(";")[0] ?? "");
  }
  return cookies;
}

async function manyTimes(count: number, work: () => Promise<void>, atATime = 4): Promise<void> {
  let left = count;
  const keepWorking = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: atATime }, keepWorking));
}

/** What the processes of Postgres have used of the cores until now, those that have ended included, in milliseconds. */
async function millisecondsOf({ folder }: PostgresServer): Promise<number> {
  const main = Number((await Bun.file(join(folder, "data/postmaster.pid")).text()).split("\n")[0]);
  const fields = statOf(main).slice(11, 15).map(Number); // its own, and those of children that it has waited for
  const ended = ((fields[2] ?? 0) + (fields[3] ?? 0)) * 10;
  return [main, ...childrenOf(main)].reduce((sum, pid) => sum + nanosecondsOf(pid) / 1e6, ended);
}

const statOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];

const nanosecondsOf = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]);

/** How many statements a sign-in asks, as Postgres logs them. */
async function statementsOf({ postgres }: House, signIn: () => Promise<void>): Promise<number> {
  const count = 20;
  await logStatements(postgres, "all");
  const asked = await statementsDuring(postgres, () => manyTimes(count, signIn, 1));
  await logStatements(postgres, "none");
  return Math.round(asked.length / count);
}

/** What is done a second, alone and while something else is done too; medians. */
interface Rates {
  alone: number;
  during: number;
  kept: number;
}

const seconds = 5;
const rampMilliseconds = 1000;
const calmMilliseconds = 1500;

/** What checks and right sign-ins are to each other, and a flood of wrong ones to checks. */
interface Together {
  checks: Rates;
  right: Rates;
  flooded: Rates;
}

const flood = { kind: "sign-in", atATime: 64 };

/**
 * Session checks as many as there can be, and right sign-ins: each alone, then both; then the checks while wrong
 * sign-ins flood; and again.
 */
export async function together(house: House, rounds: number): Promise<Together> {
  const check = () => wrk(`${house.origin}/api/session`, { seconds, headers: { cookie: house.cookie } });
  const checks = { alone: [] as number[], during: [] as number[], flooded: [] as number[] };
  const right = { alone: [] as number[], during: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    checks.alone.push((await check()).rate);
    await Bun.sleep(calmMilliseconds);
    right.alone.push(await signInsASecond(house, () => Bun.sleep(seconds * 1000)));
    await Bun.sleep(calmMilliseconds);
    const signIns = signInsASecond(house, async () => {
      const { rate, refused } = await check();
      if (refused > 0) throw new Error(`${refused} checks were refused.`);
      checks.during.push(rate);
    });
    right.during.push(await signIns);
    await Bun.sleep(calmMilliseconds);
    checks.flooded.push((await checksDuring({ ...flood, origin: house.origin }, check)).rate);
    await Bun.sleep(calmMilliseconds);
  }
  return {
    checks: ratesOf(checks.alone, checks.during),
    right: ratesOf(right.alone, right.during),
    flooded: ratesOf(checks.alone, checks.flooded),
  };
}

/** Right sign-ins a second while something lasts, eight at a time, each of another member. */
async function signInsASecond(house: House, lasting: () => Promise<void>): Promise<number> {
  let done = 0;
  let going = true;
  const keepSigningIn = async () => {
    while (going) {
      await signInByApi(house);
      done += 1;
    }
  };
  const all = Promise.all(Array.from({ length: 8 }, keepSigningIn));
  await Bun.sleep(rampMilliseconds);
  const [before, began] = [done, performance.now()];
  await lasting();
  const rate = ((done - before) / (performance.now() - began)) * 1000;
  going = false;
  await all;
  return rate;
}

function ratesOf(alone: number[], during: number[]): Rates {
  const kept = during.map((rate, round) => rate / (alone[round] ?? NaN));
  return { alone: median(alone), during: median(during), kept: median(kept) };
}

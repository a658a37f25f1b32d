import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson, type Gatehouse, type Person, type Visitor } from "../harness";
import { startPostgres, type PostgresServer } from "../postgres/server";
import { startReplica } from "./race";
import { rounds } from "./rounds";

/**
 * Two replicas with live caches against a plain model of what is true, step by step, at random. What is done through a
 * replica must hold there with the next question; what is done elsewhere, as soon as it can have been heard.
 */

let postgres: PostgresServer;
let database: string;
const replicas: Gatehouse[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  for (let i = 0; i < 2; i++) replicas.push(await startReplica(postgres, database));
});
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  await postgres.remove();
});

const heardWithinMilliseconds = 500; // the bar is 50 for 99 of 100: measured, printed, and not asserted on a busy machine
const believedMilliseconds = 2000 + heardWithinMilliseconds;

/** What is true of one cookie. */
interface Truth {
  cookie: string;
  member: Member;
  ended: boolean;
}

interface Member {
  person: Person;
  id: string;
  name: string;
}

/** When something last changed, and through whom: undefined is a person with psql. */
let lastChange = { at: 0, by: undefined as Gatehouse | undefined };
let listenersLostAt = -Infinity;
const truths: Truth[] = [];
const members: Member[] = [];
const delays: number[] = [];
const counts: Record<string, number> = {};

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const random = mulberry32(seed);
const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
const psql = (statement: string, values: unknown[] = []) => postgres.query(database, statement, values);
const alive = () => truths.filter(({ ended }) => !ended);

function browser(at: Gatehouse, { cookie }: Pick<Truth, "cookie">): Visitor {
  const visitor = at.visitor();
  for (const pair of cookie.split("; ")) visitor.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
  return visitor;
}

const changed = (by?: Gatehouse) => {
  lastChange = { at: performance.now(), by };
};

async function signIn(at: Gatehouse, member: Member) {
  const visitor = at.visitor();
  expect((await visitor.signIn(member.person)).status).toBe(303);
  truths.push({ cookie: visitor.cookieHeader(), member, ended: false });
}

/** What can happen, and how often. */
const steps: Record<string, [weight: number, step: (at: Gatehouse) => Promise<void>]> = {
  check: [700, async (at) => checkOne(at, pick(truths))],
  "check while it is changed": [40, async (at) => {
    const truth = pick(alive());
    const meanwhile = browser(at, truth).get("/api/session"); // may say either, and must leave nothing behind
    await psql(`update "user" set name = name || '.' where id = $1`, [truth.member.id]);
    truth.member.name += ".";
    changed();
    await meanwhile;
    await checkOne(at, truth);
  }],
  "sign in": [15, async (at) => signIn(at, pick(members))],
  join: [5, join],
  "sign out": [20, async (at) => {
    const truth = pick(alive());
    expect((await browser(at, truth).post("/sign-out", {})).status).toBe(303);
    truth.ended = true;
    changed(at);
  }],
  "end another session": [20, async (at) => {
    const owner = pick(alive());
    const other = alive().find(({ member, cookie }) => member === owner.member && cookie !== owner.cookie);
    if (!other) return;
    const { session } = JSON.parse((await browser(at, other).get("/api/session?now")).text);
    expect((await browser(at, owner).post("/account/sessions", { id: session.id })).location).toContain("session_ended");
    other.ended = true;
    changed(at);
  }],
  rename: [30, async (at) => {
    const { member, ...truth } = pick(alive());
    const name = `Name ${Math.floor(random() * 1e9)}`;
    expect((await browser(at, truth).post("/account", { name })).status).toBe(303);
    member.name = name;
    changed(at);
  }],
  "change the password": [4, async (at) => {
    const owner = pick(alive());
    const { person } = owner.member;
    const password = `another horse battery ${Math.floor(random() * 1e9)}`;
    const visitor = browser(at, owner);
    expect((await visitor.post("/account/password", { current: person.password, password, others: "on" })).status).toBe(303);
    person.password = password;
    for (const truth of truths) if (truth.member === owner.member) truth.ended = true;
    truths.push({ cookie: visitor.cookieHeader(), member: owner.member, ended: false });
    changed(at);
  }],
  "delete a session by hand": [30, async () => endByHand("delete from session where token = $1")],
  "let a session expire by hand": [20, async () => endByHand("update session set expires_at = now() where token = $1")],
  "let a session expire by the clock": [10, async (at) => {
    const truth = pick(alive());
    await psql("update session set expires_at = now() + interval '60 milliseconds' where token = $1", [tokenOf(truth)]);
    await browser(at, truth).get("/api/session");
    await Bun.sleep(70);
    truth.ended = true;
    changed();
  }],
  "delete a person by hand": [3, async () => {
    if (members.length < 3) return;
    const gone = pick(members);
    await psql(`delete from "user" where id = $1`, [gone.id]);
    members.splice(members.indexOf(gone), 1);
    for (const truth of truths) if (truth.member === gone) truth.ended = true;
    changed();
  }],
  "cut the listeners": [6, async () => {
    await psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and query ~ 'gatehouse_echo|pg_notify' and pid <> pg_backend_pid()", [database]);
    listenersLostAt = performance.now();
  }],
};

const tokenOf = ({ cookie }: Truth) => decodeURIComponent(/session_token=([^;]+)/.exec(cookie)?.[1] ?? "").split(".")[0];

async function endByHand(statement: string) {
  const truth = pick(alive());
  await psql(statement, [tokenOf(truth)]);
  truth.ended = true;
  changed();
}

async function join(at: Gatehouse) {
  const visitor = at.visitor();
  const person = await visitor.join(newPerson());
  const { user } = JSON.parse((await visitor.get("/api/session")).text);
  const member = { person, id: user.id, name: person.name };
  members.push(member);
  truths.push({ cookie: visitor.cookieHeader(), member, ended: false });
}

/** Asks, and compares with the truth; only what was done elsewhere may take a moment. */
async function checkOne(at: Gatehouse, truth: Truth) {
  const visitor = browser(at, truth);
  const path = random() < 0.3 ? "/api/auth/get-session" : "/api/session";
  const patience = lastChange.by === at ? 0 : lastChange.at - listenersLostAt < 1000 ? believedMilliseconds : heardWithinMilliseconds;
  for (let tries = 1; ; tries++) {
    const { status, text } = await visitor.get(path);
    const said = status === 200 ? JSON.parse(text)?.user?.name : undefined;
    if (said === (truth.ended ? undefined : truth.member.name) && status !== 503) {
      if (tries > 1) delays.push(performance.now() - lastChange.at);
      return;
    }
    const behind = performance.now() - lastChange.at;
    if (status !== 503 && behind > patience) throw new Error(`Said ${status} ${said}, and the truth is ${truth.ended ? "nobody" : truth.member.name}, ${behind} ms after the change.`);
    await Bun.sleep(1);
  }
}

test(`no wrong answer, whatever happens in which order (seed ${seed})`, async () => {
  for (const replica of replicas) for (let i = 0; i < 3; i++) await join(replica);
  const all = Object.entries(steps).flatMap(([name, [weight]]) => Array<string>(weight).fill(name));
  const total = rounds(600, 10_000);
  for (let step = 0; step < total; step++) {
    const name = step % 100 === 0 ? "join" : pick(all);
    if (alive().length < 5) await signIn(pick(replicas), pick(members));
    if (step % 100 === 0) await psql("delete from gatehouse.throttle"); // nobody is to be held up by the limits
    counts[name] = (counts[name] ?? 0) + 1;
    await steps[name]?.[1](pick(replicas)).catch((error) => {
      throw new Error(`Step ${step} (${name}), seed ${seed}: ${error instanceof Error ? error.message : error}`);
    });
    if (truths.length > 60) truths.splice(0, truths.findIndex(({ ended }) => ended) + 1);
  }
  delays.sort((a, b) => a - b);
  const at = (part: number) => (delays[Math.floor(delays.length * part)] ?? 0).toFixed(1);
  console.log(`Seed ${seed}: ${total} steps, 0 wrong answers. ${Object.entries(counts).map(([name, count]) => `${count} × ${name}`).join(", ")}.`);
  console.log(`Changes made elsewhere that were met unheard: ${delays.length}; heard after ${at(0.5)} ms (median), ${at(0.99)} ms (p99).`);
  expect(counts.check).toBeGreaterThan(total / 2);
}, 10 * 60 * 1000);

/** A small generator of numbers between 0 and 1 that a seed makes repeatable (Tommy Ettinger, public domain). */
function mulberry32(state: number) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

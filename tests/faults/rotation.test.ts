import { afterAll, beforeAll, expect, test } from "bun:test";
import { startBalancer, type Balancer } from "../support/balancer";
import { newPerson, type Person } from "../support/harness";
import { partOf, startMailServer, type MailServer } from "../support/mail-server";
import { codeIn } from "../support/mails";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, spawnProgram } from "../support/program";
import {
  manyClients,
  newMember,
  send,
  signInPatiently,
  signUpPatiently,
  timeUntil,
  type Answer,
} from "../support/traffic";
import { untilFound } from "../support/until";

/** The secret of two replicas is replaced, one replica after the other, while people come and go. */

const [former, next] = ["kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC", "zP3xN8cV5bM1aS7dF4gH9jK2lQ6wE0rT"];

let postgres: PostgresServer;
let mails: MailServer;
let balancer: Balancer;
let shared: Record<string, string>;
const replicas = [freePort(), freePort()].map((port) => ({ port, origin: `http://localhost:${port}` }));
const running = new Map<number, ReturnType<typeof spawnProgram>>();

beforeAll(async () => {
  [postgres, mails] = [await startPostgres(), await startMailServer()];
  balancer = startBalancer(replicas.map(({ origin }) => origin));
  const database = postgres.url(await postgres.createDatabase());
  shared = { ...manyClients, BETTER_AUTH_URL: balancer.origin, DATABASE_URL: database, SMTP_URL: mails.url };
  for (const replica of replicas) await start(replica, { BETTER_AUTH_SECRET: former });
  expect(await timeUntil(balancer, "GET /sign-in", 200)).toBeLessThan(60_000);
}, 60_000);
afterAll(async () => {
  for (const program of running.values()) program.kill("SIGKILL");
  await balancer.stop();
  await mails.remove();
  await postgres.remove();
});

async function start(replica: { port: number; origin: string }, secrets: Record<string, string>) {
  running.set(replica.port, spawnProgram({ ...shared, ...secrets, PORT: String(replica.port) }));
  expect(await timeUntil(replica, "GET /readyz", 200)).toBeLessThan(60_000);
}

/** Restarts one replica after the other, with a while in which they differ. */
async function restartAll(secrets: Record<string, string>) {
  for (const replica of replicas) {
    running.get(replica.port)?.kill("SIGTERM");
    expect(await running.get(replica.port)?.exited).toBe(0);
    await start(replica, secrets);
    await Bun.sleep(1000);
  }
}

/** A browser that keeps what it is given. */
function newBrowser(cookie: string) {
  const jar = new Map(cookie.split("; ").map((pair) => [pair.split("=")[0], pair]));
  const cookies = () => [...jar.values()].join("; ");
  const ask = async (what: string) => {
    const answer = await send(balancer, what, { cookie: cookies(), ...(what.startsWith("POST") && { fields: {} }) });
    for (const line of answer.cookies) jar.set(line.split("=")[0], line.split(";")[0] ?? "");
    return answer;
  };
  return { cookies, ask };
}

/** What tells that somebody is signed in, and how. */
const questions: [what: string, status: number][] = [
  ["GET /account", 200],
  ["GET /api/session", 200],
  ["GET /api/auth/get-session", 200],
  ["GET /api/forward-auth", 204],
  ["GET /account/sessions", 200],
];

/** People who do things until they are told to stop, and every answer that was not the one they expected. */
function newCrowd() {
  const counted = { checks: 0, signIns: 0, losses: [] as string[] };
  let going = true;
  const expectOf = async (ask: (what: string) => Promise<Answer>, [what, wanted]: [string, number]) => {
    const { status } = await ask(what);
    counted.checks += 1;
    if (status !== wanted) counted.losses.push(`${what} ${status}`);
  };
  /** Asks one question after the other. */
  async function look(ask: (what: string) => Promise<Answer>, asked = questions) {
    for (let turn = 0; going; turn++, await Bun.sleep(50)) {
      const question = asked[turn % asked.length];
      if (question) await expectOf(ask, question);
    }
  }
  /** Somebody new after the other signs up, in, looks at everything, and signs out. */
  async function comeAndGo() {
    while (going) {
      const { last, statuses } = await signInAtOnce(newPerson());
      counted.signIns += 1;
      if (statuses.join() !== "303,303") counted.losses.push(`sign-up and sign-in ${statuses.join()}`);
      const { ask } = newBrowser(last.cookies.map((line) => line.split(";")[0]).join("; "));
      for (const question of [...questions, ["POST /sign-out", 303] as [string, number]]) await expectOf(ask, question);
    }
  }
  return { counted, look, comeAndGo, stop: () => void (going = false) };
}

/** Signs up and in; gives every status that came, also where it had to be asked again. */
async function signInAtOnce(person: Person) {
  const signedUp = await signUpPatiently(balancer, person);
  const { last, statuses } = await signInPatiently(balancer, person);
  return { last, statuses: [...signedUp.statuses, ...statuses] };
}

/** Signs up, and waits for the mail; gives what has to be typed, by which browser. */
async function newcomer() {
  const person = newPerson();
  const { status, cookies } = await send(balancer, "POST /sign-up", { fields: { ...person } });
  expect(status).toBe(303);
  const code = codeIn(await mailTo(person));
  return { fields: { email: person.email, code }, cookie: cookies.map((line) => line.split(";")[0]).join("; ") };
}

async function mailTo({ email }: Person): Promise<string> {
  const look = () => mails.mails.find(({ to }) => to.includes(email));
  const { raw } = await untilFound(`a mail arrived at ${email}`, look, { every: 25 });
  return partOf(raw, "text/plain");
}

/** Restarts all with these secrets; a mail of before is answered after. */
async function takeStep(secrets: Record<string, string>) {
  const { fields, cookie } = await newcomer();
  await restartAll(secrets);
  const typed = await send(balancer, "POST /verify-email", { cookie, fields });
  expect(typed.location).toBe("/account?notice=email_verified");
}

test("a secret is rotated at two replicas, with nobody signed out and no answer of 5xx", async () => {
  const members = await Promise.all([1, 2, 3].map(() => newMember(balancer)));
  const unseen = await newMember(balancer); // a browser that does not come in time
  const [crowd, programs] = [newCrowd(), newCrowd()];
  const browsers = members.map(({ cookie }) => newBrowser(cookie));
  // A program forwards what it was given once, and hands on no cookie.
  const forwarded = (what: string) => send(balancer, what, { cookie: unseen.cookie });
  const asking = programs.look(forwarded, [
    ["GET /api/session", 200],
    ["GET /api/forward-auth", 204],
  ]);
  const people = [...browsers.map(({ ask }) => crowd.look(ask)), crowd.comeAndGo()];
  await takeStep({ BETTER_AUTH_SECRETS: `1:${former},2:${next}` });
  await takeStep({ BETTER_AUTH_SECRETS: `2:${next},1:${former}` });
  programs.stop();
  await asking;
  await restartAll({ BETTER_AUTH_SECRET: next });
  crowd.stop();
  await Promise.all(people);
  expect([...crowd.counted.losses, ...programs.counted.losses]).toEqual([]);
  const statuses = (cookies: string[]) =>
    Promise.all(cookies.map(async (cookie) => (await send(balancer, "GET /api/session", { cookie })).status));
  expect(await statuses(browsers.map(({ cookies }) => cookies()))).toEqual([200, 200, 200]);
  expect(await statuses([unseen, ...members].map(({ cookie }) => cookie))).toEqual([401, 401, 401, 401]);
  expect([crowd.counted.signIns > 3, crowd.counted.checks > 100, programs.counted.checks > 50]).toEqual([
    true,
    true,
    true,
  ]);
}, 120_000);

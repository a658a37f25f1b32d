import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { inMilliseconds, minutes } from "../../../src/time";
import { newPerson, type Person } from "../../support/harness";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { newFolder, spawnProgram, startProgram, type Program } from "../../support/program";
import { rounds } from "../../support/rounds";
import { isWrong, manyClients, signInPatiently, signUp, signUpPatiently, timeUntil } from "../../support/traffic";

/** D8 and D10: kill -9 while people sign up. What was acknowledged is kept, and nobody is stuck in between. */

let postgres: PostgresServer;
let keepServer = false;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => (keepServer ? postgres.stop("fast") : postgres.remove()));

/** People are named with the statuses they were answered with. */
interface Found {
  rounds: number;
  acknowledged: number;
  inFlight: number;
  /** Told that it worked, and refused as unknown afterwards. */
  lost: string[];
  /** Can neither sign up nor sign in. */
  stuck: string[];
  /** Told to try again to the end, or something that a sign-in never says: nobody knows. */
  unanswered: string[];
  askedAgain: number;
  slowestStart: number;
}

/** Signs people up, four at a time, until the program is gone; `begun` when the first was told that it worked. */
function signUpUntilItDies(program: Program) {
  const [acknowledged, inFlight]: [Person[], Person[]] = [[], []];
  const first = Promise.withResolvers<void>();
  const worker = async () => {
    for (;;) {
      const person = newPerson();
      const status = await signUp(program, person);
      (status === 303 ? acknowledged : inFlight).push(person);
      if (status === 303) first.resolve();
      if (status === 0) return;
    }
  };
  const ended = Promise.all([worker(), worker(), worker(), worker()]).then(() => ({ acknowledged, inFlight }));
  return { begun: Promise.race([first.promise, ended]), ended };
}

/** Starts, kills during sign-ups, starts again, and looks who is there; then ends the second one with a kill too. */
async function killOnce(start: () => Promise<Program>, found: Found, meanwhile?: () => Promise<void>) {
  const gatehouse = await start();
  const flood = signUpUntilItDies(gatehouse);
  await flood.begun;
  await meanwhile?.();
  await Bun.sleep(Math.random() * 300); // any moment of a sign-up
  await gatehouse.stop("SIGKILL");
  const { acknowledged, inFlight } = await flood.ended;

  const started = performance.now();
  const again = await start();
  found.slowestStart = Math.max(found.slowestStart, performance.now() - started);
  const amiss = countAmiss(found);
  for (const person of acknowledged)
    judge(found, { person, statuses: (await signInPatiently(again, person)).statuses, wrong: found.lost });
  for (const person of inFlight) {
    const signedUp = (await signUpPatiently(again, person)).statuses;
    const statuses = [...signedUp, ...(await signInPatiently(again, person)).statuses];
    judge(found, { person, statuses, wrong: found.stuck });
  }
  found.rounds += 1;
  found.acknowledged += acknowledged.length;
  found.inFlight += inFlight.length;
  await again.stop("SIGKILL");
  if (countAmiss(found) > amiss)
    console.log(`Round ${found.rounds}, what the program logged:\n${await new Response(again.process.stdout).text()}`);
  if (found.rounds % 10 === 0) console.log(`${new Date().toISOString()} ${summary(found)}`);
}

/** How somebody was answered, and where the name goes when that was wrong. */
interface Outcome {
  person: Person;
  statuses: number[];
  wrong: string[];
}

/**
 * A sign-in that is refused as wrong has no account behind it; one that is told "try again" to the end says nothing
 * about that.
 */
function judge(found: Found, { person: { email }, statuses, wrong }: Outcome) {
  if (statuses.includes(503)) found.askedAgain += 1;
  if (statuses.at(-1) !== 303) (isWrong(statuses) ? wrong : found.unanswered).push(`${email}: ${statuses.join(" ")}`);
}

const countAmiss = ({ lost, stuck, unanswered }: Found) => lost.length + stuck.length + unanswered.length;

const summary = ({ rounds, acknowledged, inFlight, lost, stuck, unanswered, askedAgain, slowestStart }: Found) =>
  `× ${rounds}: ${acknowledged} acknowledged, ${lost.length} lost; ${inFlight} in flight, ${stuck.length} stuck; ` +
  `${askedAgain} asked again after a 503, ${unanswered.length} never answered; ` +
  `slowest restart ${Math.round(slowestStart)} ms`;

function report(what: string, found: Found) {
  console.log(`${what} ${summary(found)}`);
  expect(found.acknowledged).toBeGreaterThanOrEqual(found.rounds);
  expect(found.inFlight).toBeGreaterThan(0);
  const { lost, stuck, unanswered } = found;
  expect({ lost, stuck, unanswered }).toEqual({ lost: [], stuck: [], unanswered: [] });
}

/** What is done with the folder of the data. */
interface Acts {
  start(dataDirectory: string): Promise<Program>;
  /** What happens before the kill. */
  meanwhile?(dataDirectory: string): Promise<void>;
}

/** Kills so often on one folder, which stays for whoever looks into it when anything is amiss. */
async function killOften(what: string, times: number, { start, meanwhile }: Acts) {
  const dataDirectory = newFolder();
  const found: Found = {
    rounds: 0,
    acknowledged: 0,
    inFlight: 0,
    lost: [],
    stuck: [],
    unanswered: [],
    askedAgain: 0,
    slowestStart: 0,
  };
  try {
    while (found.rounds < times)
      await killOnce(
        () => start(dataDirectory),
        found,
        () => meanwhile?.(dataDirectory) ?? Promise.resolve(),
      );
    report(what, found);
  } catch (error) {
    keepServer = true;
    console.log(`${what}: ${summary(found)}. Kept: ${dataDirectory}, and the server's ${postgres.folder}.`);
    throw error;
  }
  rmSync(dataDirectory, { recursive: true, force: true });
}

/** The longest that all rounds of a test may take, in milliseconds. */
const longest = (times: number) => inMilliseconds(Math.max(20, times) * minutes);

const onEmbedded = rounds(8, 100);
test(
  "kill -9 during sign-ups, embedded: nothing acknowledged is lost, nobody is stuck, no second process gets in",
  async () => {
    const refuseSecond = async (DATA_DIR: string) => expect(await spawnProgram({ DATA_DIR, PORT: "1" }).exited).toBe(1);
    const start = (dataDirectory: string) => startProgram(manyClients, dataDirectory);
    await killOften("kill -9, embedded", onEmbedded, { start, meanwhile: refuseSecond });
  },
  longest(onEmbedded),
);

/** A start on a server, waited for until it has its database. */
async function startOn(database: string, dataDirectory: string) {
  const program = await startProgram({ ...manyClients, DATABASE_URL: postgres.url(database) }, dataDirectory);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(60_000);
  return program;
}

const onPostgres = rounds(6, 100);
test(
  "kill -9 during sign-ups, Postgres: nothing acknowledged is lost, nobody is stuck",
  async () => {
    const database = await postgres.createDatabase();
    await killOften("kill -9, Postgres", onPostgres, { start: (dataDirectory) => startOn(database, dataDirectory) });
  },
  longest(onPostgres),
);

const ofPostgres = rounds(2, 30);
test(
  "a crash of Postgres itself during sign-ups: nothing acknowledged is lost, nobody is stuck",
  async () => {
    const database = await postgres.createDatabase();
    const crash = async () => {
      await Bun.sleep(300); // some sign-ups are written, others under way
      await postgres.stop("immediate");
      await postgres.start();
    };
    const start = (dataDirectory: string) => startOn(database, dataDirectory);
    await killOften("crash of Postgres", ofPostgres, { start, meanwhile: crash });
  },
  longest(ofPostgres),
);

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openDatabase } from "../../../db/database";
import { newPerson, startGatehouse, type Gatehouse, type Got } from "../../support/harness";
import { startPostgres } from "../../support/postgres/server";
import { rounds } from "../../support/rounds";
import { startWire, type Wire } from "../../support/tcp-proxy";

/** Nobody learns from a page who has an account: not from its words, its headers, its cookies or its time. */

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let gatehouse: Gatehouse;
beforeAll(async () => {
  postgres = await startPostgres();
  const name = await postgres.createDatabase();
  gatehouse = await startOn(name, postgres.url(name));
});
afterAll(async () => {
  await gatehouse.close();
  await postgres.remove();
});

async function startOn(name: string, url: string): Promise<Gatehouse> {
  const database = await openDatabase({ driver: "postgres", url, directUrl: url, dataDirectory: "" }, () => undefined);
  const rows = <Row>(statement: string, values?: unknown[]) => postgres.query<Row>(name, statement, values);
  const takeAway = () => postgres.stop("immediate");
  const started = await startGatehouse({}, { database, rows, takeAway, remove: () => database.close() });
  await started.visitor().join(); // whoever is first waits for connections
  return started;
}

const pairs = rounds(26, 200); // as many that begin with the known address as with the other
const mostMilliseconds = 2;
/**
 * What a page gives away shows the better the more pairs are asked about; what the machine is busy with meanwhile
 * does not.
 */
const mostTries = 16;

/** The people of the table, made in one statement: all have the same password hash, and none has been mailed. */
async function makePeople(name: string, password = "(select password from account limit 1)"): Promise<string[]> {
  const emails = Array.from({ length: pairs }, (_, i) => `known${i}.${name}@example.org`);
  await gatehouse.rows(
    `with made as (insert into "user" (id, name, email) select 'id of ' || email, 'Known', email
       from unnest($1::text[]) email returning id)
     insert into account (id, account_id, provider_id, user_id, password) select id, id, 'credential', id,
       ${password} from made`,
    [emails],
  );
  return emails;
}

const pages: [page: string, fields: (email: string) => Record<string, string>][] = [
  ["/sign-in", (email) => ({ email, password: "not the password" })],
  ["/sign-up", (email) => ({ ...newPerson(), email })],
  ["/forgot-password", (email) => ({ email })],
  ["/verify-email", (email) => ({ email, resend: "on" })],
];

/** Everything of an answer that could differ, without what differs for everybody. */
function seenIn({ status, headers, text, location }: Got, email: string) {
  const unique = [email, encodeURIComponent(email)];
  const ofBrowser = (value: string) => value.replace(/(gatehouse\.(device|sign-up)=)[^;]+/, "$1*");
  const plain = (value: string) => unique.reduce((left, word) => left.replaceAll(word, "*"), ofBrowser(value));
  const names = [...headers]
    .filter(([name]) => !["x-request-id", "date"].includes(name))
    .map(([name, value]) => `${name}: ${plain(value)}`);
  return JSON.stringify({ status, headers: names, text: plain(text), location });
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * By how much a known address takes longer. Whichever of a pair comes second may be slower for that alone: so each
 * order has its own median, and what lies between the two is what the address gives away.
 */
function differenceOf(differences: number[]): number {
  const [knownFirst, knownLast] = [1, 0].map((turn) => median(differences.filter((_, i) => i % 2 === turn)));
  return ((knownFirst ?? NaN) + (knownLast ?? NaN)) / 2;
}

/**
 * Asks about known and unknown addresses in turns; gives all that was seen, and the difference of each pair in
 * milliseconds.
 */
async function compare(page: string, fields: (email: string) => Record<string, string>, known: string[]) {
  const seen = new Set<string>();
  const ask = async (address: string) => {
    const visitor = gatehouse.visitor();
    const began = performance.now();
    const got = await visitor.post(page, fields(address));
    const took = performance.now() - began;
    seen.add(seenIn(got, address));
    return took;
  };
  const differences: number[] = [];
  for (const [i, email] of known.entries()) {
    const other = email.replace("known", "other");
    const first = await ask(i % 2 ? email : other);
    const second = await ask(i % 2 ? other : email);
    differences.push(i % 2 ? first - second : second - first);
    await gatehouse.mailsTo(""); // the sender is done: no pair waits for the mails of the one before
  }
  return { seen, differences };
}

/** Compares, with more and more pairs, until the time gives nothing away. */
async function lookTheSame([page, fields]: (typeof pages)[number], people: (tries: number) => Promise<string[]>) {
  const all: number[] = [];
  for (let tries = 1; tries <= mostTries && !(Math.abs(differenceOf(all)) < mostMilliseconds); tries++) {
    const { seen, differences } = await compare(page, fields, await people(tries));
    all.push(...differences);
    console.log(
      `${page}: a known address takes ${differenceOf(all).toFixed(2)} ms more than an unknown one ` +
        `(by the medians of ${all.length} pairs)`,
    );
    expect([...seen]).toHaveLength(1);
  }
  expect(Math.abs(differenceOf(all))).toBeLessThan(mostMilliseconds);
}

describe(`a known and an unknown address, ${pairs} pairs`, () => {
  for (const asked of pages)
    test(`look the same at ${asked[0]}, and take the same time`, async () => {
      await lookTheSame(asked, (tries) => makePeople(`${asked[0].slice(1)}${tries}`));
    }, 300_000);
});

describe(`an account without a password and an unknown address, ${pairs} pairs`, () => {
  for (const asked of pages.filter(([page]) => page === "/sign-in" || page === "/forgot-password"))
    test(`look the same at ${asked[0]}, and take the same time`, async () => {
      await lookTheSame(asked, (tries) => makePeople(`bare${asked[0].slice(1)}${tries}`, "null"));
    }, 300_000);
});

describe(`a database far away, ${pairs} pairs`, () => {
  let [near, far]: [Gatehouse?, Wire?] = [];
  beforeAll(async () => {
    const name = await postgres.createDatabase();
    const url = new URL(postgres.url(name));
    far = await startWire(Number(url.port));
    Object.assign(url, { hostname: "127.0.0.1", port: String(far.port) });
    far.delay(15);
    [near, gatehouse] = [gatehouse, await startOn(name, url.href)];
  });
  afterAll(async () => {
    await gatehouse.close();
    far?.close();
    if (near) gatehouse = near;
  });

  test("a known and an unknown address take the same time at /sign-up", async () => {
    const page = pages.find(([path]) => path === "/sign-up") ?? pages[0];
    if (page) await lookTheSame(page, (tries) => makePeople(`far${tries}`));
  }, 300_000);
});

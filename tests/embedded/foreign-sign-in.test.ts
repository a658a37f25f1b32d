import { afterAll, beforeAll, expect, test } from "bun:test";
import fixtures from "../fixtures/foreign-hashes.json";
import { fromKeycloak } from "../../src/guard/foreign/sources";
import { isOwnHash } from "../../src/guard/own-hash";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

/** Somebody whose hash another program made signs in, and has one of ours from then on. */

let gatehouse: Gatehouse;
let person: Person;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  person = newPerson();
  await gatehouse.visitor().signUp(person);
});
afterAll(() => gatehouse.close());

const owner = () => `(select id from "user" where email = '${person.email}')`;
const keptHash = async () =>
  (await gatehouse.rows<{ password: string }>(`select password from account where user_id = ${owner()}`))[0]?.password;

async function comeWith(hash: string) {
  await gatehouse.rows(`update account set password = $1 where user_id = ${owner()}`, [hash]);
  await gatehouse.rows("delete from gatehouse.throttle");
}

const signIn = async (password: string) => (await gatehouse.visitor().signIn({ ...person, password })).status;

/** One fixture of each kind, and those that are put together of several fields. */
const each = new Map(fixtures.texts.map(({ kind, hash, password }) => [kind, { hash, password }]));
for (const { made, password, credentialData, secretData } of fixtures.keycloak.slice(1, 4)) {
  const judged = fromKeycloak(credentialData, secretData);
  if ("hash" in judged) each.set(made, { hash: judged.hash, password });
}

for (const [kind, { hash, password }] of each)
  test(`a password that is kept as ${kind} signs in, and is kept as ours from then on`, async () => {
    await comeWith(hash);
    expect(await signIn(password)).toBe(303);
    const upgraded = (await keptHash()) ?? "";
    expect([upgraded, isOwnHash(upgraded)]).toEqual([upgraded, true]);
    expect(await signIn(password)).toBe(303);
    expect(await keptHash()).toBe(upgraded);
  });

test("two sign-ins at once, as by a double click, both get in, and one replaces the hash", async () => {
  const [{ hash, password } = { hash: "", password: "" }] = fixtures.texts;
  await comeWith(hash);
  expect(await Promise.all([signIn(password), signIn(password)])).toEqual([303, 303]);
  expect(isOwnHash((await keptHash()) ?? "")).toBe(true);
});

test("a wrong password replaces no hash, and a hash that would take 60 GiB to check is never right", async () => {
  const [{ hash, password } = { hash: "", password: "" }] = fixtures.texts;
  const costly = "$argon2id$v=19$m=62914560,t=1,p=1$c2FsdFNBTFRzYWx0U0FMVA$M+mUxcJml1cDaPdTOwHogXX/E8Q0HJ9pyAT5BEBEL08";
  for (const [kept, typed] of [
    [hash, `${password}!`],
    [costly, password],
  ] as const) {
    await comeWith(kept);
    expect(await signIn(typed)).toBe(422);
    expect(await keptHash()).toBe(kept);
  }
});

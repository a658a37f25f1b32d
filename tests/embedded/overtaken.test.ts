import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";

/** A password that is changed while the former one is being checked: the former opens nothing and changes nothing. */

let gatehouse: Gatehouse;
/** The hash of a password that nobody types here. */
let otherHash: string;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  const other = newPerson();
  await gatehouse.visitor().signUp(other);
  otherHash = await hashOf(other);
});
afterAll(() => gatehouse.close());
afterEach(() => gatehouse.rows("drop function if exists change_meanwhile cascade; drop sequence if exists counts"));

const hashOf = async ({ email }: Person) => {
  const ofUser = `select password from account where user_id = (select id from "user" where email = $1)`;
  return (await gatehouse.rows<{ password: string }>(ofUser, [email]))[0]?.password ?? "";
};

/** Changes somebody's password when a row is written to a table, from the n-th one on. */
const changeMeanwhile = ({ email }: Person, table: string, nth = 1) =>
  gatehouse.rows(`create sequence counts;
    create function change_meanwhile() returns trigger language plpgsql as $$ begin
      if nextval('counts') >= ${nth} then
        update account set password = '${otherHash}' where user_id = (select id from "user" where email = '${email}');
      end if;
      return new;
    end $$;
    create trigger change_meanwhile after insert or update on ${table} for each row
      execute function change_meanwhile()`);

test("a sign-in that a new password overtook makes no session", async () => {
  const person = newPerson();
  const visitor = gatehouse.visitor();
  await visitor.signUp(person);
  await changeMeanwhile(person, "session");
  expect((await visitor.signIn(person)).status).toBe(422);
  expect([...visitor.cookies.keys()].filter((name) => name.includes("session"))).toEqual([]);
  const ofUser = `select 1 from session where user_id = (select id from "user" where email = $1)`;
  expect(await gatehouse.rows(ofUser, [person.email])).toEqual([]);
});

test("a change of password that another one overtook changes nothing", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  // Two tries are counted before the password is looked at, and the warning after it.
  await changeMeanwhile(person, "gatehouse.throttle", 3);
  const got = await visitor.post("/account/password", { current: person.password, password: "a brand new passphrase" });
  expect(got.page.querySelector("#current-note")?.text).toContain("not your current password");
  expect(await hashOf(person)).toBe(otherHash);
});

test("a proof that a new password overtook is none", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");
  // On a new device the warning is counted, after the password was checked.
  visitor.cookies.delete("gatehouse.device");
  await changeMeanwhile(person, "gatehouse.throttle", 4);
  expect((await visitor.post("/account/delete", { proof: person.password })).status).toBe(422);
  expect(await hashOf(person)).toBe(otherHash);
  expect(await gatehouse.rows("select 1 from gatehouse.deletion")).toEqual([]);
});

import { afterEach, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { appointFirst } from "../../src/capabilities/administration/first-admins";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";
import { codeIn } from "../support/mails";

/** `GATEHOUSE_ADMINS`: who becomes an administrator without another one. */

let gatehouse: Gatehouse;
afterEach(() => gatehouse.close());

const open = async (...named: Person[]) => {
  const settings = { GATEHOUSE_ADMINS: named.map(({ email }) => email.toUpperCase()).join(", ") };
  gatehouse = await startGatehouse(settings, undefined, [administration]);
};

/** Signs up, and confirms by the digits in the mail. */
async function confirmed(person: Person) {
  const visitor = gatehouse.visitor();
  await visitor.signUp(person);
  const [mail] = await gatehouse.mailsTo(person.email);
  await visitor.post("/verify-email", { email: person.email, code: codeIn(mail?.text ?? "") });
  return visitor;
}

/** The addresses of the administrators, once what the last form began is done. */
async function admins() {
  await gatehouse.mailsTo("");
  const found = await gatehouse.rows<{ email: string }>(
    `select email from gatehouse.role join "user" on id = user_id where role = 'admin' order by email`,
  );
  return found.map(({ email }) => email);
}

test("whoever is named and signs up is no administrator before the address is confirmed", async () => {
  const [named, other] = [newPerson(), newPerson()];
  await open(named);
  const visitor = gatehouse.visitor();
  await visitor.join(named);
  await confirmed(other);
  expect(await admins()).toEqual([]);
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [named.email]);
  await visitor.post("/sign-out", {}); // any form: the address may be confirmed by a verb, or with SQL
  expect(await admins()).toEqual([named.email]);
  const events = await gatehouse.rows("select actor, reason, subject from gatehouse.event where kind = 'role_given'");
  expect(events).toEqual([{ actor: "operator", reason: "GATEHOUSE_ADMINS", subject: "admin" }]);
});

test("whoever is named finds the administration as soon as the digits of the mail are typed", async () => {
  const named = newPerson();
  await open(named);
  const visitor = await confirmed(named);
  expect(await admins()).toEqual([named.email]);
  expect((await visitor.get("/admin")).status).toBe(200);
});

test("whoever is named and confirms later gets nothing once there was an administrator", async () => {
  const [first, second] = [newPerson(), newPerson()];
  await open(first, second);
  await confirmed(first);
  expect(await admins()).toEqual([first.email]);
  await confirmed(second);
  expect(await admins()).toEqual([first.email]);
  await gatehouse.rows("delete from gatehouse.role"); // nor does this start give it once more
  await gatehouse.visitor().signIn(second);
  expect(await admins()).toEqual([]);
});

test("where nobody is named, nobody becomes an administrator by coming first", async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  await confirmed(newPerson());
  expect(await admins()).toEqual([]);
});

test("a start makes those administrators who are named and have confirmed, while there is nobody else", async () => {
  const [one, later] = [newPerson(), newPerson()];
  gatehouse = await startGatehouse({}, undefined, [administration]);
  await confirmed(one);
  await gatehouse.visitor().join(later);
  await appointFirst(gatehouse.database, [later.email]);
  expect(await admins()).toEqual([]);
  await appointFirst(gatehouse.database, [one.email, later.email, "nobody@example.org"]);
  expect(await admins()).toEqual([one.email]);
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [later.email]);
  await appointFirst(gatehouse.database, [later.email]);
  expect(await admins()).toEqual([one.email]);
});

test("whoever is kept out, or has closed the account, gets nothing before they are back", async () => {
  const [kept, closing, blocked] = [newPerson(), newPerson(), newPerson()];
  gatehouse = await startGatehouse({}, undefined, [administration]);
  for (const one of [kept, closing, blocked]) await confirmed(one);
  const appoint = () =>
    appointFirst(
      gatehouse.database,
      [kept, closing, blocked].map(({ email }) => email),
    );
  const id = `(select id from "user" where email = $1)`;
  await gatehouse.rows(`insert into gatehouse.suspension (user_id) select ${id}`, [kept.email]);
  await gatehouse.rows(`insert into gatehouse.deletion (user_id, due_at) select ${id}, now()`, [closing.email]);
  await gatehouse.rows(`alter table "user" add banned boolean`);
  await gatehouse.rows("insert into gatehouse.blocked_column values ('banned', 'set')");
  await gatehouse.rows(`update "user" set banned = true where email = $1`, [blocked.email]);
  await appoint();
  expect(await admins()).toEqual([]);
  await gatehouse.rows("delete from gatehouse.suspension");
  await appoint();
  expect(await admins()).toEqual([kept.email]);
});

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { randomToken, sha256 } from "../../src/guard/keys";
import { newPerson, startGatehouse, type Gatehouse, type Got, type Person, type Visitor } from "../support/harness";
import { codeIn, linkIn } from "../support/mails";
import { until } from "../support/until";

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
afterEach(() => gatehouse.rows("drop function if exists change_meanwhile cascade"));

const hashOf = async ({ email }: Person) => {
  const ofUser = `select password from account where user_id = (select id from "user" where email = $1)`;
  return (await gatehouse.rows<{ password: string }>(ofUser, [email]))[0]?.password ?? "";
};

/** Changes somebody's password, as another one would whom they did not hear of. */
const changed = ({ email }: Pick<Person, "email">) =>
  `update account set password = '${otherHash}' where user_id = (select id from "user" where email = '${email}')`;

/** Changes somebody's password when a session is made. */
const changeAtSession = (person: Person) =>
  gatehouse.rows(`create function change_meanwhile() returns trigger language plpgsql as $$ begin
      ${changed(person)};
      return new;
    end $$;
    create trigger change_meanwhile after insert on session for each row execute function change_meanwhile()`);

const triesCounted = async () =>
  (await gatehouse.rows<{ tries: number }>("select sum(tries)::int as tries from gatehouse.throttle"))[0]?.tries;

/** Changes somebody's password while the one that they typed is being checked, which begins once a try is counted. */
async function changeWhileChecked(
  person: Pick<Person, "email">,
  type: () => Promise<Got>,
  { after = 0, change = changed } = {}, // milliseconds
): Promise<Got> {
  const before = await triesCounted();
  const typed = type();
  await until("the try is counted", async () => (await triesCounted()) !== before, { every: 1 });
  await Bun.sleep(after);
  await gatehouse.rows(change(person));
  return typed;
}

test("a sign-in that a new password overtook makes no session", async () => {
  const person = newPerson();
  const visitor = gatehouse.visitor();
  await visitor.signUp(person);
  await changeAtSession(person);
  expect((await visitor.signIn(person)).status).toBe(422);
  expect([...visitor.cookies.keys()].filter((name) => name.includes("session"))).toEqual([]);
  const ofUser = `select 1 from session where user_id = (select id from "user" where email = $1)`;
  expect(await gatehouse.rows(ofUser, [person.email])).toEqual([]);
});

/** Invites an address by a link of one's own. */
const invite = ({ email }: Pick<Person, "email">, token: string) =>
  gatehouse.rows(
    `insert into gatehouse.invitation (email, language, by, hash, expires_at)
      values ($1, 'en', 'operator', $2, now() + interval '1 day')`,
    [email, sha256(token)],
  );

/** Gives somebody another address when a session is made, as an operator would whom they did not hear of. */
const moveAtSession = ({ email }: Person) =>
  gatehouse.rows(`create function change_meanwhile() returns trigger language plpgsql as $$ begin
      update "user" set email = 'moved.' || email where email = '${email}';
      return new;
    end $$;
    create trigger change_meanwhile after insert on session for each row execute function change_meanwhile()`);

test("no former address of an account makes a session: no password, link, code or invitation", async () => {
  const ways = {
    password: (visitor: Visitor, person: Person) => visitor.signIn(person),
    async link(visitor: Visitor, { email }: Person) {
      await visitor.post("/forgot-password", { email });
      const link = linkIn((await gatehouse.mailsTo(email))[0]?.text ?? "", "/reset-password");
      return visitor.submit(await visitor.get(link), { password: "a brand new passphrase" });
    },
    async code(visitor: Visitor, { email }: Person) {
      const code = codeIn((await gatehouse.mailsTo(email))[0]?.text ?? "");
      return visitor.post("/verify-email", { email, code });
    },
    async invitation(visitor: Visitor, { email }: Person) {
      const token = randomToken();
      await invite({ email }, token);
      const chosen = { name: "Ada", password: "a brand new passphrase" };
      return visitor.submit(await visitor.get(`/invitation?token=${token}`), chosen);
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    const [person, visitor] = [newPerson(), gatehouse.visitor()];
    await visitor.signUp(person);
    if (name === "link") await gatehouse.rows("delete from gatehouse.throttle");
    await moveAtSession(person);
    await way(visitor, person);
    await gatehouse.rows("drop function change_meanwhile cascade");
    const moved = await gatehouse.rows(`select id from "user" where email = $1`, [`moved.${person.email}`]);
    expect([name, await visitor.isIn(), moved.length]).toEqual([name, false, 1]);
  }
});

test("an invitation takes no account whose address is confirmed meanwhile, nor is it used up", async () => {
  const [person, visitor, token] = [newPerson(), gatehouse.visitor(), randomToken()];
  await gatehouse.visitor().signUp(person);
  await invite(person, token);
  const page = await visitor.get(`/invitation?token=${token}`);
  await gatehouse.rows(`create function change_meanwhile() returns trigger language plpgsql as $$ begin
      update "user" set email_verified = true where email = new.email;
      return new;
    end $$;
    create trigger change_meanwhile after update on gatehouse.invitation
      for each row execute function change_meanwhile()`);
  const sent = await visitor.submit(page, { name: "Somebody Else", password: "a brand new passphrase" });
  expect([sent.status, await visitor.isIn()]).toEqual([200, false]);
  const ofAddress = `select name, accepted_at from "user" join gatehouse.invitation using (email) where email = $1`;
  expect(await gatehouse.rows(ofAddress, [person.email])).toEqual([{ name: person.name, accepted_at: null }]);
});

test("a sign-up whose account its owner takes over meanwhile leaves the browser a stranger to it", async () => {
  await gatehouse.rows(`create function change_meanwhile() returns trigger language plpgsql as $$ begin
      update account set password = '${otherHash}' where user_id = new.user_id;
      return new;
    end $$;
    create trigger change_meanwhile before insert on gatehouse.event for each row when (new.kind = 'sign_up')
      execute function change_meanwhile()`);
  const person = newPerson();
  expect((await gatehouse.visitor().signUp(person)).status).toBe(303);
  const known = `select 1 from gatehouse.device where user_id = (select id from "user" where email = $1)`;
  expect([await hashOf(person), await gatehouse.rows(known, [person.email])]).toEqual([otherHash, []]);
});

test("a hash of another program is not replaced when a new password overtook the sign-in", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  const slow = await Bun.password.hash(person.password, { algorithm: "bcrypt", cost: 12 });
  await gatehouse.rows(`update account set password = $1 where password = $2`, [slow, await hashOf(person)]);
  const got = await changeWhileChecked(person, () => gatehouse.visitor().signIn(person), { after: 100 });
  expect([got.status, await hashOf(person)]).toEqual([422, otherHash]);
});

test("a right password stays right while a sign-in replaces its hash of another program", async () => {
  const acts: Record<string, [string, string]> = {
    "/account/password": ["current", "/account/password?notice=password_changed"],
    "/account/sessions": ["proof", "/account/sessions?notice=others_ended"],
  };
  for (const [path, [field, next]] of Object.entries(acts)) {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    const own = await hashOf(person);
    const slow = await Bun.password.hash(person.password, { algorithm: "bcrypt", cost: 12 });
    await gatehouse.rows(`update account set password = $1 where password = $2`, [slow, own]);
    await gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");
    const typed = { [field]: person.password, password: "a brand new passphrase", others: "on" };
    const replaced = () => `update account set password = '${own}' where password = '${slow}'`;
    const got = await changeWhileChecked(person, () => visitor.post(path, typed), { after: 100, change: replaced });
    expect([path, got.location]).toEqual([path, next]);
  }
});

test("a change of password that another one overtook changes nothing", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const got = await changeWhileChecked(person, () =>
    visitor.post("/account/password", { current: person.password, password: "a brand new passphrase" }),
  );
  expect(got.page.querySelector("#current-note")?.text).toContain("not your current password");
  expect(await hashOf(person)).toBe(otherHash);
});

test("a proof that a new password overtook is none", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");
  const got = await changeWhileChecked(person, () => visitor.post("/account/delete", { proof: person.password }));
  expect(got.status).toBe(422);
  expect(await hashOf(person)).toBe(otherHash);
  expect(await gatehouse.rows("select 1 from gatehouse.deletion")).toEqual([]);
});

/** Deletes somebody, as an administrator or housekeeping may at any moment. */
const deleted = ({ email }: Pick<Person, "email">) => `delete from "user" where email = '${email}'`;
const errors = () => gatehouse.log.filter((line) => line.includes('"level":"error"'));

test("a sign-in that the deletion of the account overtook is answered as nobody's", async () => {
  const person = newPerson();
  await gatehouse.visitor().signUp(person);
  const got = await changeWhileChecked(person, () => gatehouse.visitor().signIn(person), { change: deleted });
  const nobodys = await gatehouse.visitor().signIn(person);
  const said = ({ status, page }: Got) => [status, page.querySelector(".alert")?.text];
  expect([said(got), errors()]).toEqual([said(nobodys), []]);
});

test("a wrong current password that the deletion of the account overtook leads to the sign-in", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const typed = { current: "not the one", password: "a brand new passphrase" };
  const got = await changeWhileChecked(person, () => visitor.post("/account/password", typed), { change: deleted });
  expect([got.status, got.text.includes("Sign in to continue"), errors()]).toEqual([401, true, []]);
});

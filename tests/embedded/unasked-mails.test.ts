import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { codeIn, linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

/** The mails that a stranger may cause, and what they may not say. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());

const next = "the owner's own passphrase";
const forgiveAll = () => gatehouse.rows("delete from gatehouse.throttle");
const newest = async ({ email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";
const resend = async (visitor: Visitor, { email }: Person) => {
  await forgiveAll();
  expect((await visitor.post("/verify-email", { resend: "on", email })).location).toBe(
    "/verify-email?notice=mail_sent",
  );
};

/**
 * A stranger who made an account with somebody's address and is signed in to it; that somebody's browser is at the
 * same address.
 */
async function squatted() {
  const squatter = gatehouse.visitor();
  const person = newPerson();
  await squatter.join(person);
  const victim = Object.assign(gatehouse.visitor(), { address: squatter.address });
  return { squatter, victim, person, mail: await newest(person) };
}

describe("mails to an address that never confirmed", () => {
  const subjects = async ({ email }: Person) => (await gatehouse.mailsTo(email)).map(({ subject }) => subject);

  test("are no warnings, whatever is done to the account, and no way to undo", async () => {
    const { squatter, person } = await squatted();
    await squatter.post("/account/password", { current: person.password, password: next });
    await squatter.post("/account/email", { email: "squatter.elsewhere@example.org" });
    const [mail] = await gatehouse.mailsTo("squatter.elsewhere@example.org");
    expect(mail?.text).not.toContain(person.email);
    const got = await squatter.submit(await squatter.get(linkIn(mail?.text ?? "", "/confirm-email")), {});
    expect(got.location).toBe("/account/email?notice=email_changed");
    expect(await subjects(person)).toHaveLength(1);
    await squatter.post("/account/delete", { password: next });
    expect(await subjects(person)).toHaveLength(1);
  });

  test("still begin with the first one, though strangers asked for mails while nobody had the address", async () => {
    const person = newPerson();
    for (let i = 0; i < 3; i++) {
      await gatehouse.visitor().post("/forgot-password", { email: person.email });
      await gatehouse.rows(
        "update gatehouse.throttle set open_at = now() where open_at < now() + interval '30 minutes'",
      );
    }
    await gatehouse.visitor().signUp(person);
    expect(codeIn(await newest(person))).toMatch(/^\d{6}$/);
  });
});

for (const [path, more] of [
  ["/forgot-password", {}],
  ["/verify-email", { resend: "on" }],
] as const)
  test(`the wait for another mail at ${path} does not tell whether a sign-up made the account`, async () => {
    const [known, nobody] = [newPerson(), newPerson()];
    await gatehouse.visitor().join(known);
    await forgiveAll();
    const waits: (string | null)[] = [];
    for (const { email } of [known, nobody]) {
      const ask = () => gatehouse.visitor().post(path, { email, ...more });
      expect((await ask()).status).toBe(303);
      const earlier = "open_at = open_at - interval '20 seconds', changed_at = changed_at - interval '20 seconds'";
      await gatehouse.rows(`update gatehouse.throttle set ${earlier}`);
      await gatehouse.visitor().signUp({ ...newPerson(), email });
      waits.push((await ask()).headers.get("retry-after"));
    }
    expect(Number(waits[0])).toBeWithin(1, 11);
    expect(Math.abs(Number(waits[0]) - Number(waits[1]))).toBeLessThan(3);
  });

test("a sign-up orders no mail where one of the same moment has found the account, and asked for it", async () => {
  const person = newPerson();
  await gatehouse.visitor().post("/forgot-password", { email: person.email });
  await gatehouse.rows(`create function asked() returns trigger language plpgsql as $$ begin
    update gatehouse.throttle set changed_at = clock_timestamp(), open_at = clock_timestamp() + interval '30 seconds';
    return new; end $$`);
  await gatehouse.rows(`create trigger asked after insert on "user" for each row execute function asked()`);
  await gatehouse.visitor().signUp(person);
  await gatehouse.rows("drop function asked cascade");
  expect(await gatehouse.mailsTo(person.email)).toEqual([]);
});

test("warnings to a confirmed address are counted, and right passwords do not forgive them", async () => {
  const [owner, person] = [gatehouse.visitor(), newPerson()];
  await owner.join(person);
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  let current = person.password;
  for (let i = 0; i < 8; i++) {
    expect((await owner.post("/account/password", { current, password: `${next} ${i}` })).status).toBe(303);
    current = `${next} ${i}`;
  }
  expect(
    (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("password was changed")),
  ).toHaveLength(5);
});

test("mails that a stranger may cause are two for an address that is given up and taken again and again", async () => {
  const person = newPerson();
  const counts: number[] = [];
  for (let i = 0; i < 4; i++) {
    await gatehouse.visitor().signUp(person);
    counts.push((await gatehouse.mailsTo(person.email)).length);
    await gatehouse.rows('delete from "user" where email = $1', [person.email]);
  }
  expect(counts).toEqual([1, 2, 2, 2]);
});

describe("mails that a stranger may cause", () => {
  test("are one for an address that is signed up again and again", async () => {
    const person = newPerson();
    for (let i = 0; i < 4; i++) await gatehouse.visitor().signUp({ ...person, password: `${person.password} ${i}` });
    expect(await gatehouse.mailsTo(person.email)).toHaveLength(1);
  });

  test("to an account that is not confirmed each bring its owner a way to a new password", async () => {
    const { squatter, victim, person } = await squatted();
    const stranger = gatehouse.visitor();
    for (const visitor of [stranger, victim, stranger]) {
      await resend(visitor, person);
      expect((await victim.get(linkIn(await newest(person), "/reset-password"))).status).toBe(200);
    }
    await resend(squatter, person); // the squatter's browser is known to the account, so its mail has a code and a link
    expect(
      (await victim.submit(await victim.get(linkIn(await newest(person), "/verify-email")), {})).location,
    ).toStartWith("/reset-password?token=");
  });

  test("to other addresses are ten an hour for one account", async () => {
    const visitor = gatehouse.visitor();
    const person = await visitor.join();
    await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
    const ask = async (i: number) =>
      (await visitor.post("/account/email", { email: `elsewhere${i}.${person.email}` })).status;
    for (let i = 0; i < 10; i++) expect(await ask(i)).toBe(303);
    expect(await ask(10)).toBe(429);
  });
});

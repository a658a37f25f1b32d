import { afterAll, beforeAll, expect, test } from "bun:test";
import { linkIn } from "../support/mails";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** A device that was thrown out is no longer a known one. */

/** What else may come along in a `Cookie` header, planted by a neighbour or left out by a thief. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
const devicesOf = (email: string) =>
  gatehouse.rows(`select 1 from gatehouse.device where user_id = (select id from "user" where email = $1)`, [email]);

/** Somebody signed in on two browsers, the second of which is a thief's. */
async function robbed() {
  const [owner, thief] = [gatehouse.visitor(), gatehouse.visitor()];
  const person = await owner.join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await thief.signIn(person);
  return { owner, thief, person };
}

test("a thrown-out thief is a stranger again after 'sign the others out' and the end of one session", async () => {
  for (const which of ["others", "one"]) {
    const { owner, thief, person } = await robbed();
    const warnings = async () =>
      (await gatehouse.mailsTo(person.email)).filter(({ subject }) => subject.includes("New sign-in")).length;
    expect(await warnings()).toBe(1);
    const { id } = JSON.parse((await thief.get("/api/session")).text).session;
    await owner.post("/account/sessions", which === "others" ? { others: "on" } : { id });
    expect(await thief.isIn()).toBe(false);
    expect(await devicesOf(person.email)).toHaveLength(1);
    await thief.signIn(person);
    expect(await warnings()).toBe(2);
    await owner.post("/sign-in", { email: person.email, password: person.password });
    expect(await warnings()).toBe(2); // the owner's own browser stayed known
  }
});

test("a thrown-out thief ends nobody's device with a session that is somebody else's", async () => {
  const { owner, person } = await robbed();
  const other = gatehouse.visitor();
  await other.join();
  const { id } = JSON.parse((await other.get("/api/session")).text).session;
  await owner.post("/account/sessions", { id });
  expect([await other.isIn(), (await devicesOf(person.email)).length]).toEqual([true, 2]);
});

test("a thrown-out thief is a stranger again after a new address, and when the account is to go", async () => {
  const { owner, person } = await robbed();
  const email = `moved.${person.email}`;
  await owner.post("/account/email", { email });
  await owner.submit(await owner.get(linkIn((await gatehouse.mailsTo(email))[0]?.text ?? "", "/confirm-email")), {});
  expect(await devicesOf(email)).toHaveLength(1);
  await gatehouse.visitor().signIn({ ...person, email });
  await owner.post("/account/delete", {});
  expect(await devicesOf(email)).toEqual([]);
});

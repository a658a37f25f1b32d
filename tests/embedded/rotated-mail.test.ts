import { afterEach, beforeEach, expect, test } from "bun:test";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { newPerson, startGatehouse, type Gatehouse, type Person } from "../support/harness";
import { partOf, startMailServer, type MailServer } from "../support/mail-server";
import { codeIn, linkIn } from "../support/mails";
import { at } from "../support/rotated";

/** A mail that is tried again with another secret: its reader may have the first copy, and must be able to use any. */

const [former, next] = ["kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC", "zP3xN8cV5bM1aS7dF4gH9jK2lQ6wE0rT"];
let server: MailServer;
let given: TestDatabase;
const started: Gatehouse[] = [];
beforeEach(async () => {
  [server, given] = [await startMailServer(), await newTestDatabase()];
});
afterEach(async () => {
  for (const gatehouse of started.splice(0)) await gatehouse.close();
  await given.remove();
  await server.remove();
});

async function start(secrets: Record<string, string>): Promise<Gatehouse> {
  const gatehouse = await startGatehouse(
    { SMTP_URL: server.url, ...secrets },
    { ...given, remove: () => Promise.resolve() },
  );
  started.push(gatehouse);
  return gatehouse;
}

/** Resolves when it is so; it has half a minute. */
async function until(isSo: () => boolean | Promise<boolean>) {
  for (const began = performance.now(); !(await isSo()); await Bun.sleep(10))
    if (performance.now() - began > 30_000) throw new Error("It never was so.");
}

const copiesTo = ({ email }: Person) =>
  server.mails.filter(({ to }) => to.includes(email)).map(({ raw }) => partOf(raw, "text/plain"));
const waiting = ({ email }: Person) =>
  given.rows<{ tries: number }>("select tries from gatehouse.outbox where recipient = $1", [email]);

/** Somebody whose first mail was delivered, though the server could not say so, by a program that has ended since. */
async function signedUp() {
  await server.become("drops");
  const before = await start({ BETTER_AUTH_SECRET: former });
  const [visitor, person] = [before.visitor(), newPerson()];
  await visitor.signUp(person);
  await until(() => copiesTo(person).length === 1);
  await before.close();
  started.splice(started.indexOf(before), 1);
  expect(await waiting(person)).toHaveLength(1);
  await server.become("accepts");
  return { visitor, person };
}

/** Starts the program with other secrets, and lets it try the mail again. */
async function triedAgain(secrets: Record<string, string>, person: Person) {
  const gatehouse = await start(secrets);
  await given.rows("update gatehouse.outbox set try_at = now()");
  await gatehouse.visitor().post("/forgot-password", { email: newPerson().email }); // wakes the sender
  await until(async () => (await waiting(person)).length === 0);
  return gatehouse;
}

for (const [order, secrets] of [
  ["first", `2:${next},1:${former}`],
  ["second", `1:${former},2:${next}`],
] as const)
  test(`a mail that is tried again while the new secret is the ${order} is the same mail, and works`, async () => {
    for (const used of ["code", "link"]) {
      const { visitor, person } = await signedUp();
      const gatehouse = await triedAgain({ BETTER_AUTH_SECRETS: secrets }, person);
      const [one = "", other = ""] = copiesTo(person);
      expect([codeIn(other), linkIn(other, "/verify-email")]).toEqual([codeIn(one), linkIn(one, "/verify-email")]);
      expect([codeIn(one), linkIn(one, "/verify-email")]).not.toContain("");
      const there = at(gatehouse, visitor);
      const got =
        used === "code"
          ? await there.post("/verify-email", { email: person.email, code: codeIn(other) })
          : await there.submit(await there.get(linkIn(other, "/verify-email")), {});
      expect([used, got.status]).toEqual([used, 303]);
      const confirmed = await given.rows(`select 1 from "user" where email = $1 and email_verified`, [person.email]);
      expect(confirmed).toHaveLength(1);
    }
  });

test("a mail of the new secret is tried again, as the same mail, by a replica that signs with the old", async () => {
  await server.become("drops");
  const turned = await start({ BETTER_AUTH_SECRETS: `2:${next},1:${former}` });
  const [visitor, person] = [turned.visitor(), newPerson()];
  await visitor.signUp(person);
  await until(() => copiesTo(person).length === 1);
  await turned.close();
  started.splice(started.indexOf(turned), 1);
  await server.become("accepts");
  const other = await triedAgain({ BETTER_AUTH_SECRETS: `1:${former},2:${next}` }, person);
  const [one = "", two = ""] = copiesTo(person);
  expect(codeIn(two)).toBe(codeIn(one));
  const typed = await at(other, visitor).post("/verify-email", { email: person.email, code: codeIn(two) });
  expect(typed.location).toBe("/account?notice=email_verified");
});

test("a mail that is tried again without the secret of its first try is no mail any more", async () => {
  const { person } = await signedUp();
  await triedAgain({ BETTER_AUTH_SECRET: next }, person);
  expect(copiesTo(person)).toHaveLength(1);
});

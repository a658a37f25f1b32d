import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { codeIn } from "../browser/inbox";
import { newPerson, type Got, type Person, type Visitor } from "../harness";
import { checkOf, patience, race, signIn, soon, startReplicas, tally, times, tokenOf, type Replicas } from "./race";

/** Many at the same time, where one may win: F1 to F7 and F25 of the list of faults, on replicas that share a real Postgres. Every figure is printed. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas({ GATEHOUSE_FRESH_MINUTES: "1440" });
});
afterAll(() => replicas.remove());

const { stringify } = JSON;

/** Somebody who is signed in, with the id of their account. */
async function newMember() {
  const visitor = replicas.visitor();
  const person = await visitor.join();
  const [row] = await replicas.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
  return { visitor, person, id: row?.id ?? "" };
}

/** The credentials of an account: there is one, whatever happened. */
const credentials = (id: string) => replicas.rows<{ password: string }>(`select password from account where user_id = $1`, [id]);
const sessions = (id: string) => replicas.rows<{ id: string }>(`select id from session where user_id = $1`, [id]);
const doneEvents = (id: string, kind: string) => replicas.rows(`select 1 from gatehouse.event where user_id = $1 and kind = $2 and outcome = 'done'`, [id, kind]);
const liveTokens = (id: string, purpose: string) => replicas.rows<{ email: string }>(`select email from gatehouse.mail_token where user_id = $1 and purpose = $2`, [id, purpose]);

async function resetToken(email: string): Promise<string> {
  await replicas.forgetLimits(); // mails to one address are limited too
  expect((await replicas.visitor().post("/forgot-password", { email })).status).toBe(303);
  return tokenOf(await replicas.nextMail(email, "/reset-password"), "/reset-password");
}

const reset = (token: string, password: string) => replicas.visitor().post("/reset-password", { token, password });

/** The number of the one who was sent on. */
const winnerOf = (answers: Got[]) => answers.findIndex(({ status }) => status === 303);

describe("F1 twenty sign-ups with one address, however it is written", () => {
  const written = (email: string, variant: number) => [...email].map((letter, at) => ((variant >> at % 5) & 1 ? letter.toUpperCase() : letter)).join("");

  test("make one account, whole, and each is told the same", async () => {
    await race(replicas, "F1", async (round) => {
      const email = `race${round}@example.org`;
      const tries = times(20, (i) => ({ name: `Ada of ${i}`, email: written(email, i), password: `one of twenty ${round} ${i}` }));
      const answers = await Promise.all(tries.map((fields) => replicas.visitor().post("/sign-up", fields)));
      const told = new Set(answers.map(({ status, location, text, headers }) => stringify([status, location, text, headers.getSetCookie()])));
      expect([...told]).toEqual([stringify([303, "/verify-email", "", [`gatehouse.address=${encodeURIComponent(email)}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`]])]);

      const users = await replicas.rows<{ id: string; name: string; email: string }>(`select id, name, email from "user" where lower(email) = $1`, [email]);
      const [user] = users;
      const winner = tries.findIndex(({ name }) => name === user?.name);
      expect([users.length, user?.email]).toEqual([1, email]);
      expect(await credentials(user?.id ?? "")).toHaveLength(1);
      expect(await signIn(replicas.visitor(), email, tries[winner]?.password ?? "")).toBe(303); // the name and the password are of one try
      expect(await signIn(replicas.visitor(), email, tries[(winner + 1) % 20]?.password ?? "")).toBe(422);
      expect(await replicas.countMails(email)).toBe(1);
      return { winners: users.length, "not the first": Number(winner > 0) };
    });
    expect(await replicas.rows(`select 1 from account where user_id not in (select id from "user")`)).toEqual([]);
  }, patience);
});

describe("a link for a new password", () => {
  test("F2 used by twenty at once works for one, whose password it is", async () => {
    const { person, id } = await newMember();
    let former = person.password;
    await race(replicas, "F2", async (round) => {
      const token = await resetToken(person.email);
      const before = (await doneEvents(id, "password_reset")).length;
      const passwords = times(20, (i) => `twenty want it ${round} ${i}`);
      const answers = await Promise.all(passwords.map((password) => reset(token, password)));
      expect(tally(answers)).toEqual({ 303: 1, 404: 19 });
      const titles = new Set(answers.filter(({ status }) => status === 404).map(({ page }) => page.querySelector("h1")?.text));
      expect([...titles]).toEqual([(await replicas.visitor().get("/reset-password?token=none")).page.querySelector("h1")?.text]);

      const winner = winnerOf(answers);
      const won = passwords[winner] ?? "";
      expect([(await credentials(id)).length, await sessions(id), await liveTokens(id, "reset")]).toEqual([1, [], []]);
      expect((await doneEvents(id, "password_reset")).length - before).toBe(1);
      expect(await signIn(replicas.visitor(), person.email, won)).toBe(303);
      for (const lost of [passwords[(winner + 1) % 20] ?? "", former]) expect(await signIn(replicas.visitor(), person.email, lost)).toBe(422);
      former = won;
      return { winners: 1, "not the first": Number(winner > 0) };
    });
  }, patience);

  test("F3 is dead as soon as a newer one was sent, whichever is used first, or both at once", async () => {
    const { person, id } = await newMember();
    await race(replicas, "F3", async (round) => {
      const [older, newer] = [await resetToken(person.email), await resetToken(person.email)];
      expect((await replicas.visitor().get(`/reset-password?token=${older}`)).status).toBe(404);
      const uses = [() => reset(newer, `the newer one ${round}`), () => reset(older, `the older one ${round}`)];
      const [first, second] = round % 2 ? uses.toReversed() : uses;
      const answers = round % 3 === 2 ? await Promise.all(uses.map((use) => use())) : [await first?.(), await second?.()];
      expect(answers.map((got) => got?.status).sort()).toEqual([303, 404]);
      expect((await reset(older, `the older one ${round}`)).status).toBe(404);
      expect(await liveTokens(id, "reset")).toEqual([]);
      expect(await signIn(replicas.visitor(), person.email, `the newer one ${round}`)).toBe(303);
      return { winners: 1 };
    });
  }, patience);

  test("F3 is dead after a change of the password", async () => {
    const { visitor, person, id } = await newMember();
    await race(replicas, "F3, password changed", async (round) => {
      const token = await resetToken(person.email);
      const next = `changed by its owner ${round}`;
      expect((await visitor.post("/account/password", { current: person.password, password: next })).status).toBe(303);
      expect((await reset(token, `too late ${round}`)).status).toBe(404);
      expect(await liveTokens(id, "reset")).toEqual([]);
      expect(await signIn(visitor, person.email, next)).toBe(303);
      person.password = next;
      return { dead: 1 };
    });
  }, patience);
});

/**
 * A mail is slow to be written: `held` back until it is let go, or `half` written, with its tokens made but not yet
 * committed, for as long as a change takes meanwhile. Does not wait.
 */
async function slowLetters(how: "held" | "half"): Promise<void> {
  const [when, what] = how === "held" ? ["insert", "new.try_at := now() + interval '1 minute'"] : ["update of tokens_made_at", "perform pg_sleep(0.5)"];
  await replicas.rows(`create or replace function slow_letter() returns trigger language plpgsql as 'begin ${what.replaceAll("'", "''")}; return new; end'`);
  await replicas.rows(`create or replace trigger slow_letter before ${when} on gatehouse.outbox for each row when (new.kind in ('reset', 'confirm_email')) execute function slow_letter()`);
}

/** Lets all mails go, and waits until they are sent. */
async function promptLetters(address: string) {
  await replicas.rows("drop trigger if exists slow_letter on gatehouse.outbox");
  await replicas.rows("update gatehouse.outbox set try_at = now() where kind in ('reset', 'confirm_email') and tokens_made_at is null and tries = 0");
  await replicas.visitor().post("/forgot-password", { email: newPerson().email }); // somebody else's wakes the sender
  await replicas.countMails(address);
}

describe("a mail that is on its way while the password changes", () => {
  const links = [["reset", "held"], ["reset", "half"], ["confirm_email", "held"], ["confirm_email", "half"]] as const;
  test.each(links)("F3 brings a dead link: %s, %s", async (purpose, how) => {
    const { visitor, person, id } = await newMember();
    await race(replicas, `F3, ${purpose} ${how}`, async (round) => {
      await slowLetters(how);
      const address = purpose === "reset" ? person.email : `attacker${round}@example.org`;
      const asked = purpose === "reset" ? await replicas.visitor().post("/forgot-password", { email: address }) : await visitor.post("/account/email", { email: address });
      expect(asked.status).toBe(303);
      const next = `changed by its owner ${round}`;
      expect((await visitor.post("/account/password", { current: person.password, password: next, others: "on" })).status).toBe(303);
      person.password = next;
      await promptLetters(address);
      expect(await liveTokens(id, purpose)).toEqual([]);
      return { dead: 1 };
    });
  }, patience);
});

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

describe("changing the password", () => {
  test("F4 ten times at once, from ten devices that all know the current one, works for one", async () => {
    const { visitor, person, id } = await newMember();
    const devices = times(10, () => replicas.visitor());
    for (const device of devices) expect(await signIn(device, person.email, person.password)).toBe(303);
    await race(replicas, "F4", async (round) => {
      const before = (await doneEvents(id, "password_changed")).length;
      const passwords = times(10, (i) => `ten want it ${round} ${i}`);
      const answers = await Promise.all(devices.map((device, i) => device.post("/account/password", { current: person.password, password: passwords[i] ?? "" })));
      expect(tally(answers)).toEqual({ 303: 1, 422: 9 });
      const winner = winnerOf(answers);
      const won = passwords[winner] ?? "";
      expect([(await credentials(id)).length, (await sessions(id)).length]).toEqual([1, 11]); // nobody was to be signed out
      expect((await doneEvents(id, "password_changed")).length - before).toBe(1);
      expect(await signIn(visitor, person.email, won)).toBe(303);
      for (const lost of [passwords[(winner + 1) % 10] ?? "", person.password]) expect(await signIn(visitor, person.email, lost)).toBe(422);
      person.password = won;
      return { winners: 1, "not the first": Number(winner > 0) };
    });
  }, patience);

  test("F5 leaves nobody signed in who signed in with the old one meanwhile", async () => {
    const { visitor, person, id } = await newMember();
    await race(replicas, "F5", async (round) => {
      const next = `changed by its owner ${round}`;
      const strangers = times(4, () => replicas.visitor());
      const entries = strangers.map((stranger) => soon(60).then(() => signIn(stranger, person.email, person.password)));
      const [changed, ...entered] = await Promise.all([visitor.post("/account/password", { current: person.password, password: next, others: "on" }), ...entries]);
      expect(changed.location).toBe("/account/password?notice=password_changed");
      expect(await Promise.all([visitor, ...strangers].map(checkOf))).toEqual([200, 401, 401, 401, 401]);
      expect(await sessions(id)).toHaveLength(1);
      expect(await replicas.rows("select 1 from gatehouse.device where user_id = $1", [id])).toHaveLength(1);
      person.password = next;
      const [letIn, refused] = [303, 422].map((status) => entered.filter((got) => got === status).length);
      return { "let in, and out again": letIn ?? 0, refused: refused ?? 0, "turned away": entered.length - (letIn ?? 0) - (refused ?? 0) };
    });
  }, patience);

  test("F5 leaves no link to an address that somebody asked for in a session it ends", async () => {
    const { visitor, person, id } = await newMember();
    await race(replicas, "F5, addresses", async (round) => {
      const thief = replicas.visitor();
      await signIn(thief, person.email, person.password);
      const next = `changed by its owner ${round}`;
      const addresses = times(20, (i) => `thief${round}x${i}@example.org`);
      const asks = addresses.map((email) => soon(120).then(() => replicas.otherTab(thief).post("/account/email", { email })));
      const [changed, ...asked] = await Promise.all([visitor.post("/account/password", { current: person.password, password: next, others: "on" }), ...asks]);
      expect(changed.location).toBe("/account/password?notice=password_changed");
      for (const address of addresses) await replicas.countMails(address);
      expect(await liveTokens(id, "confirm_email")).toEqual([]);
      person.password = next;
      return { "asked in time": asked.filter(({ location }) => location?.startsWith("/account/email")).length };
    });
  }, patience);
});

/** A refresh is due, and how long the session has lived. */
const age = (id: string, days: number) =>
  replicas.rows(`update session set created_at = now() - make_interval(days => $2::int), updated_at = now() - interval '6 days', expires_at = now() + interval '6 hours' where user_id = $1`, [id, days]);

describe("F6 a session that ends while it is in use", () => {
  /** Fifty checks in ten tabs, and two visits that extend it; whatever began after `end` was answered finds nobody. */
  async function useWhile(browser: Visitor, end: () => Promise<Got>) {
    let endedAt = Infinity;
    const seen: { status: number; late: boolean }[] = [];
    const note = async (ask: () => Promise<number>) => {
      const late = performance.now() > endedAt;
      seen.push({ status: await ask(), late });
    };
    const tabs = times(10, () => replicas.otherTab(browser));
    const checks = tabs.map(async (tab) => {
      for (let i = 0; i < 5; i++) await soon(4).then(() => note(() => checkOf(tab)));
    });
    const visits = ["/account", "/api/auth/get-session"].map((path) => soon(10).then(() => replicas.otherTab(browser).get(path)));
    const [ended, ...visited] = await Promise.all([
      soon(10).then(end).then((got) => ((endedAt = performance.now()), got)),
      ...visits,
      ...checks,
    ]);
    for (const tab of tabs) await note(() => checkOf(tab));
    expect(ended.status).toBe(303);
    expect(visited.filter((got) => got && got.status >= 500)).toEqual([]);
    expect(seen.filter(({ status, late }) => status !== 401 && (late || status !== 200))).toEqual([]);
    return { "checks before": seen.filter(({ status }) => status === 200).length, "checks after": seen.filter(({ late }) => late).length };
  }

  test("by signing out is over for every tab, and no visit brings it back", async () => {
    const { visitor, person, id } = await newMember();
    await race(replicas, "F6, sign-out", async () => {
      await signIn(visitor, person.email, person.password);
      await age(id, 6);
      const tab = replicas.otherTab(visitor);
      const figures = await useWhile(visitor, () => tab.post("/sign-out", {}));
      expect(await sessions(id)).toEqual([]);
      return figures;
    });
  }, patience);

  test("by another device is over for every tab, and no visit brings it back", async () => {
    const { visitor, person, id } = await newMember();
    const other = replicas.visitor();
    const [own] = await sessions(id);
    await race(replicas, "F6, another device", async (round) => {
      await signIn(other, person.email, person.password);
      await age(id, 0);
      const theirs = (await sessions(id)).find((session) => session.id !== own?.id)?.id ?? "";
      const figures = await useWhile(other, () => visitor.post("/account/sessions", round % 2 ? { others: "on" } : { id: theirs }));
      expect(await sessions(id)).toEqual(own ? [own] : []);
      return figures;
    });
  }, patience);
});

test("F7 of two new addresses asked for at once one link works, for its own address only", async () => {
  const { visitor, id } = await newMember();
  const current = async () => (await replicas.rows<{ email: string; verified: boolean }>(`select email, email_verified as verified from "user" where id = $1`, [id]))[0];
  await race(replicas, "F7", async (round) => {
    await replicas.rows(`update "user" set email_verified = false where id = $1`, [id]);
    const former = await current();
    const addresses = [`attacker${round}@example.org`, `victim${round}@example.org`];
    const asked = await Promise.all(addresses.map((email) => replicas.otherTab(visitor).post("/account/email", { email })));
    expect(tally(asked)).toEqual({ 303: 2 });
    const tokens = await Promise.all(addresses.map(async (address) => tokenOf(await replicas.nextMail(address, "/confirm-email"), "/confirm-email")));
    const live = await liveTokens(id, "confirm_email");
    expect(live).toHaveLength(1);
    const winner = addresses.indexOf(live[0]?.email ?? "");

    const use = (which: number) => replicas.visitor().post("/confirm-email", { token: tokens[which] ?? "" });
    const expected = { email: addresses[winner] ?? "", verified: true };
    const first = round % 2;
    if (round % 3 === 2) expect((await Promise.all([use(0), use(1)])).map(({ status }) => status === 303)).toEqual([winner === 0, winner === 1]);
    else expect((await use(first)).status).toBe(first === winner ? 303 : 404);
    expect(await current()).toEqual(round % 3 === 2 || first === winner ? expected : former);
    expect((await use(1 - first)).status).toBe(round % 3 === 2 || first === winner ? 404 : 303);
    expect([await current(), await liveTokens(id, "confirm_email")]).toEqual([expected, []]);
    return { "attacker's links": Number(winner === 0), "victim's links": Number(winner === 1) };
  });
}, patience);

describe("F7 the six digits", () => {
  /** Somebody whose address is not confirmed yet, with a new mail. */
  async function newCode({ email }: Person, id: string) {
    await replicas.rows(`update "user" set email_verified = false where id = $1`, [id]);
    await replicas.visitor().post("/verify-email", { email, resend: "on" });
    await replicas.forgetLimits();
    return codeIn(await replicas.nextMail(email, "/verify-email"));
  }
  const use = (email: string, code: string) => replicas.visitor().post("/verify-email", { email, code });
  const isVerified = async (id: string) => (await replicas.rows<{ yes: boolean }>(`select email_verified as yes from "user" where id = $1`, [id]))[0]?.yes;

  test("used by twenty at once confirm once", async () => {
    const { person, id } = await newMember();
    await replicas.nextMail(person.email, "/verify-email"); // the one of the sign-up
    await race(replicas, "F7, code", async () => {
      const code = await newCode(person, id);
      const before = (await doneEvents(id, "email_verified")).length;
      const counts = tally(await Promise.all(times(20, () => use(person.email, code))));
      expect([counts[303], (counts[422] ?? 0) + (counts[429] ?? 0)]).toEqual([1, 19]);
      expect([await isVerified(id), (await doneEvents(id, "email_verified")).length - before, await liveTokens(id, "verify")]).toEqual([true, 1, []]);
      return { winners: 1, "found it used": counts[422] ?? 0, "turned away": counts[429] ?? 0 };
    });
  }, patience);

  test("guessed a hundred times at once are worth nothing after five, even when the limits are forgotten", async () => {
    const { person, id } = await newMember();
    await replicas.nextMail(person.email, "/verify-email");
    await race(replicas, "F7, guesses", async () => {
      const code = await newCode(person, id);
      const guesses = times(100, (i) => String((Number(code) + 1 + i) % 1_000_000).padStart(6, "0"));
      const batches = await Promise.all(guesses.map((guess) => use(person.email, guess)));
      const counted = tally(batches);
      expect(Object.keys(counted)).toEqual(["422", "429"]);
      expect(counted[422]).toBeLessThanOrEqual(5);
      await replicas.forgetLimits();
      await Promise.all(guesses.slice(0, 5).map((guess) => use(person.email, guess)));
      expect(await replicas.rows(`select code_tries from gatehouse.mail_token where user_id = $1 and purpose = 'verify'`, [id])).toEqual([{ code_tries: 5 }]);
      await replicas.forgetLimits();
      expect((await use(person.email, code)).status).toBe(422);
      expect(await isVerified(id)).toBe(false);
      return { counted: counted[422] ?? 0, "turned away": counted[429] ?? 0 };
    });
  }, patience);
});

test("F25 fifty visits that would extend one session leave one, extended, never beyond its last day", async () => {
  const { visitor, id } = await newMember();
  const read = () => replicas.rows<{ id: string; expires: Date; last: Date }>(`select id, expires_at as expires, created_at + interval '30 days' as last from session where user_id = $1`, [id]);
  await race(replicas, "F25", async (round) => {
    await age(id, round % 2 ? 29 : 6);
    const [before] = await read();
    const paths = times(50, (i) => (i % 2 ? "/account" : "/api/auth/get-session"));
    const answers = await Promise.all(paths.map((path) => replicas.otherTab(visitor).get(path)));
    expect(tally(answers)).toEqual({ 200: 50 });
    const [after, ...others] = await read();
    expect([after?.id, others]).toEqual([before?.id, []]);
    const days = 24 * 60 * 60 * 1000;
    const wanted = round % 2 ? before?.last.getTime() : Date.now() + 7 * days;
    expect(Math.abs((wanted ?? 0) - (after?.expires.getTime() ?? 0))).toBeLessThan(5000);
    expect(after?.expires.getTime()).toBeLessThanOrEqual(before?.last.getTime() ?? 0);
    return { extended: 1 };
  });
}, patience);

describe("the limits", () => {
  test("let five of fifty wrong passwords through, and the owner in at once where they have been before", async () => {
    const { visitor, person, id } = await newMember();
    const events = async (outcome: string) => (await replicas.rows("select 1 from gatehouse.event where user_id = $1 and kind = 'sign_in' and outcome = $2", [id, outcome])).length;
    await race(replicas, "guessing", async () => {
      const [refused, heldUp] = [await events("refused"), await events("held_up")];
      const counts = tally(await Promise.all(times(50, (i) => replicas.visitor().post("/sign-in", { email: person.email, password: `a guess ${i}` }))));
      expect(Object.keys(counts)).toEqual(["422", "429"]);
      expect(counts[422]).toBeLessThanOrEqual(5);
      expect((await events("refused")) - refused).toBe(counts[422] ?? 0);
      expect(await signIn(replicas.visitor(), person.email, person.password)).toBe(429);
      expect(await signIn(visitor, person.email, person.password)).toBe(303);
      return { checked: counts[422] ?? 0, "turned away": counts[429] ?? 0, "noted as held up": (await events("held_up")) - heldUp };
    });
  }, patience);

  test("hold nobody up who has tries left: ten people of one office sign in at once", async () => {
    const people = await Promise.all(times(10, newMember));
    await race(replicas, "office", async () => {
      const [{ address } = replicas.visitor()] = people.map(({ visitor }) => visitor);
      const desks = people.map(({ person }) => ({ person, desk: Object.assign(replicas.visitor(), { address }) }));
      expect(await Promise.all(desks.map(({ person, desk }) => signIn(desk, person.email, person.password)))).toEqual(times(10, () => 303));
      return { "signed in": 10 };
    });
  }, patience);
});

test("sixty sign-ins of one person leave fifty sessions, and the oldest are gone", async () => {
  const { visitor, person, id } = await newMember();
  await replicas.forgetLimits();
  const browsers = [visitor];
  for (let i = 1; i < 12; i++) {
    browsers.push(replicas.visitor());
    expect(await signIn(browsers[i] ?? visitor, person.email, person.password)).toBe(303);
  }
  for (let i = 0; i < 12; i++) {
    await replicas.forgetLimits();
    const four = times(4, () => replicas.visitor());
    expect(await Promise.all(four.map((browser) => signIn(browser, person.email, person.password)))).toEqual([303, 303, 303, 303]);
    browsers.push(...four);
  }
  expect(await sessions(id)).toHaveLength(50);
  expect(await Promise.all(browsers.map(checkOf))).toEqual(times(60, (i) => (i < 10 ? 401 : 200)));
}, patience);

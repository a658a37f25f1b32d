import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { codeIn } from "../support/mails";
import { newPerson, type Got, type Person } from "../support/harness";
import { patience, race, signIn, startReplicas, tally, times, tokenOf, type Replicas } from "../support/race";

/** Many want the same thing at once, and one may have it: F1 to F4 and F7 of the list of faults. Every figure is printed. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

async function resetToken(email: string): Promise<string> {
  await replicas.forgetLimits(); // mails to one address are limited too
  expect((await replicas.visitor().post("/forgot-password", { email })).status).toBe(303);
  return tokenOf(await replicas.nextMail(email, "/reset-password"), "/reset-password");
}

const reset = (token: string, password: string) => replicas.visitor().post("/reset-password", { token, password });

/** The number of the one who was sent on. */
const winnerOf = (answers: Got[]) => answers.findIndex(({ status }) => status === 303);

describe("F1 twenty sign-ups with one address, however it is written", () => {
  const written = (email: string, variant: number) =>
    [...email].map((letter, at) => ((variant >> (at % 5)) & 1 ? letter.toUpperCase() : letter)).join("");

  test(
    "make one account, whole, and each is told the same",
    async () => {
      await race(replicas, "F1", async (round) => {
        const email = `race${round}@example.org`;
        const tries = times(20, (i) => ({
          name: `Ada of ${i}`,
          email: written(email, i),
          password: `one of twenty ${round} ${i}`,
        }));
        const answers = await Promise.all(tries.map((fields) => replicas.visitor().post("/sign-up", fields)));
        const own = (line: string) => line.replace(/(gatehouse\.device=)[^;]+/, "$1one of its own");
        const told = new Set(
          answers.map(({ status, location, text, headers }) =>
            JSON.stringify([status, location, text, headers.getSetCookie().map(own)]),
          ),
        );
        const cookies = [
          `gatehouse.address=${encodeURIComponent(email)}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`,
          "gatehouse.device=one of its own; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax",
        ];
        expect([...told]).toEqual([JSON.stringify([303, "/verify-email", "", cookies])]);

        const users = await replicas.rows<{ id: string; name: string; email: string }>(
          `select id, name, email from "user" where lower(email) = $1`,
          [email],
        );
        const [user] = users;
        const winner = tries.findIndex(({ name }) => name === user?.name);
        expect([users.length, user?.email]).toEqual([1, email]);
        expect(await replicas.credentials(user?.id ?? "")).toHaveLength(1);
        expect(await signIn(replicas.visitor(), email, tries[winner]?.password ?? "")).toBe(303); // the name and the password are of one try
        expect(await signIn(replicas.visitor(), email, tries[(winner + 1) % 20]?.password ?? "")).toBe(422);
        expect(await replicas.countMails(email)).toBe(1);
        return { winners: users.length, "not the first": Number(winner > 0) };
      });
      expect(await replicas.rows(`select 1 from account where user_id not in (select id from "user")`)).toEqual([]);
    },
    patience,
  );
});

describe("a link for a new password", () => {
  test(
    "F2 used by twenty at once works for one, whose password it is",
    async () => {
      const { person, id } = await replicas.newMember();
      let former = person.password;
      await race(replicas, "F2", async (round) => {
        const token = await resetToken(person.email);
        const before = await replicas.countEvents(id, "password_reset");
        const passwords = times(20, (i) => `twenty want it ${round} ${i}`);
        const answers = await Promise.all(passwords.map((password) => reset(token, password)));
        expect(tally(answers)).toEqual({ 303: 1, 404: 19 });
        const titles = new Set(
          answers.filter(({ status }) => status === 404).map(({ page }) => page.querySelector("h1")?.text),
        );
        expect([...titles]).toEqual([
          (await replicas.visitor().get("/reset-password?token=none")).page.querySelector("h1")?.text,
        ]);

        const winner = winnerOf(answers);
        const won = passwords[winner] ?? "";
        expect([
          (await replicas.credentials(id)).length,
          await replicas.sessions(id),
          await replicas.liveTokens(id, "reset"),
        ]).toEqual([1, [], []]);
        expect((await replicas.countEvents(id, "password_reset")) - before).toBe(1);
        expect(await signIn(replicas.visitor(), person.email, won)).toBe(303);
        for (const lost of [passwords[(winner + 1) % 20] ?? "", former])
          expect(await signIn(replicas.visitor(), person.email, lost)).toBe(422);
        former = won;
        return { winners: 1, "not the first": Number(winner > 0) };
      });
    },
    patience,
  );

  test(
    "F3 is dead as soon as a newer one was sent, whichever is used first, or both at once",
    async () => {
      const { person, id } = await replicas.newMember();
      await race(replicas, "F3", async (round) => {
        const [older, newer] = [await resetToken(person.email), await resetToken(person.email)];
        expect((await replicas.visitor().get(`/reset-password?token=${older}`)).status).toBe(404);
        const uses = [() => reset(newer, `the newer one ${round}`), () => reset(older, `the older one ${round}`)];
        const [first, second] = round % 2 ? uses.toReversed() : uses;
        const answers =
          round % 3 === 2 ? await Promise.all(uses.map((use) => use())) : [await first?.(), await second?.()];
        expect(answers.map((got) => got?.status).sort()).toEqual([303, 404]);
        expect((await reset(older, `the older one ${round}`)).status).toBe(404);
        expect(await replicas.liveTokens(id, "reset")).toEqual([]);
        expect(await signIn(replicas.visitor(), person.email, `the newer one ${round}`)).toBe(303);
        return { winners: 1 };
      });
    },
    patience,
  );

  test(
    "F3 is dead after a change of the password",
    async () => {
      const { visitor, person, id } = await replicas.newMember();
      await race(replicas, "F3, password changed", async (round) => {
        const token = await resetToken(person.email);
        const next = `changed by its owner ${round}`;
        expect((await visitor.post("/account/password", { current: person.password, password: next })).status).toBe(
          303,
        );
        expect((await reset(token, `too late ${round}`)).status).toBe(404);
        expect(await replicas.liveTokens(id, "reset")).toEqual([]);
        expect(await signIn(visitor, person.email, next)).toBe(303);
        person.password = next;
        return { dead: 1 };
      });
    },
    patience,
  );
});

/**
 * A mail is slow to be written: `held` back until it is let go, or `half` written, with its tokens made but not yet
 * committed, for as long as a change takes meanwhile. Does not wait.
 */
async function slowLetters(how: "held" | "half"): Promise<void> {
  const [when, what] =
    how === "held"
      ? ["insert", "new.try_at := now() + interval '1 minute'"]
      : ["update of tokens_made_at", "perform pg_sleep(0.5)"];
  await replicas.rows(
    `create or replace function slow_letter() returns trigger language plpgsql as $$ begin ${what}; return new; end $$`,
  );
  await replicas.rows(
    `create or replace trigger slow_letter before ${when} on gatehouse.outbox for each row when (new.kind in ('reset', 'confirm_email')) execute function slow_letter()`,
  );
}

const forgetSlowness = () => replicas.rows("drop trigger if exists slow_letter on gatehouse.outbox");

/** Lets all mails go, and waits until they are sent. */
async function promptLetters(address: string) {
  await forgetSlowness();
  await replicas.rows("update gatehouse.outbox set try_at = now() where tries = 0");
  await replicas.visitor().post("/forgot-password", { email: newPerson().email }); // somebody else's wakes the sender
  await replicas.countMails(address);
}

describe("a mail that is on its way while the password changes", () => {
  afterEach(forgetSlowness);
  const links = [
    ["reset", "held"],
    ["reset", "half"],
    ["confirm_email", "held"],
    ["confirm_email", "half"],
  ] as const;
  test.each(links)(
    "F3 brings a dead link: %s, %s",
    async (purpose, how) => {
      const { visitor, person, id } = await replicas.newMember();
      await race(replicas, `F3, ${purpose} ${how}`, async (round) => {
        await slowLetters(how);
        const address = purpose === "reset" ? person.email : `${how}${round}@example.org`;
        const asked =
          purpose === "reset"
            ? await replicas.visitor().post("/forgot-password", { email: address })
            : await visitor.post("/account/email", { email: address });
        expect(asked.status).toBe(303);
        const next = `changed by its owner ${round}`;
        expect(
          (await visitor.post("/account/password", { current: person.password, password: next, others: "on" })).status,
        ).toBe(303);
        person.password = next;
        await promptLetters(address);
        expect(await replicas.liveTokens(id, purpose)).toEqual([]);
        return { dead: 1 };
      });
    },
    patience,
  );
});

test(
  "F4 changing the password ten times at once, from ten devices that all know the current one, works for one",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    const devices = times(10, () => replicas.visitor());
    for (const device of devices) expect(await signIn(device, person.email, person.password)).toBe(303);
    await race(replicas, "F4", async (round) => {
      const before = await replicas.countEvents(id, "password_changed");
      const passwords = times(10, (i) => `ten want it ${round} ${i}`);
      const answers = await Promise.all(
        devices.map((device, i) =>
          device.post("/account/password", { current: person.password, password: passwords[i] ?? "" }),
        ),
      );
      expect(tally(answers)).toEqual({ 303: 1, 422: 9 });
      const winner = winnerOf(answers);
      const won = passwords[winner] ?? "";
      expect([(await replicas.credentials(id)).length, (await replicas.sessions(id)).length]).toEqual([1, 11]); // nobody was to be signed out
      expect((await replicas.countEvents(id, "password_changed")) - before).toBe(1);
      expect(await signIn(visitor, person.email, won)).toBe(303);
      for (const lost of [passwords[(winner + 1) % 10] ?? "", person.password])
        expect(await signIn(visitor, person.email, lost)).toBe(422);
      person.password = won;
      return { winners: 1, "not the first": Number(winner > 0) };
    });
  },
  patience,
);

test(
  "F7 of two new addresses asked for at once one link works, for its own address only",
  async () => {
    const { visitor, id } = await replicas.newMember();
    const current = async () =>
      (
        await replicas.rows<{ email: string; verified: boolean }>(
          `select email, email_verified as verified from "user" where id = $1`,
          [id],
        )
      )[0];
    await race(replicas, "F7", async (round) => {
      await replicas.rows(`update "user" set email_verified = false where id = $1`, [id]);
      const former = await current();
      const addresses = [`attacker${round}@example.org`, `victim${round}@example.org`];
      const asked = await Promise.all(
        addresses.map((email) => replicas.otherTab(visitor).post("/account/email", { email })),
      );
      expect(tally(asked)).toEqual({ 303: 2 });
      // Of two orders that wait, only the newer one is written.
      const mailed = async (address: string) =>
        (await replicas.countMails(address)) > 0
          ? tokenOf(await replicas.nextMail(address, "/confirm-email"), "/confirm-email")
          : "";
      const tokens = await Promise.all(addresses.map(mailed));
      const live = await replicas.liveTokens(id, "confirm_email");
      expect(live).toHaveLength(1);
      const winner = addresses.indexOf(live[0]?.email ?? "");

      const use = (which: number) => replicas.otherTab(visitor).post("/confirm-email", { token: tokens[which] ?? "" });
      const expected = { email: addresses[winner] ?? "", verified: true };
      const first = round % 2;
      if (round % 3 === 2)
        expect((await Promise.all([use(0), use(1)])).map(({ status }) => status === 303)).toEqual([
          winner === 0,
          winner === 1,
        ]);
      else expect((await use(first)).status).toBe(first === winner ? 303 : 404);
      expect(await current()).toEqual(round % 3 === 2 || first === winner ? expected : former);
      expect((await use(1 - first)).status).toBe(round % 3 === 2 || first === winner ? 404 : 303);
      expect([await current(), await replicas.liveTokens(id, "confirm_email")]).toEqual([expected, []]);
      return { "attacker's links": Number(winner === 0), "victim's links": Number(winner === 1) };
    });
  },
  patience,
);

describe("F7 the six digits", () => {
  /** Somebody whose address is not confirmed yet, with a new mail. */
  async function newCode({ email }: Person, id: string, cookie: string) {
    await replicas.rows(`update "user" set email_verified = false where id = $1`, [id]);
    await replicas.visitor().post("/verify-email", { email, resend: "on" }, { cookie });
    await replicas.forgetLimits();
    return codeIn(await replicas.nextMail(email, "/verify-email"));
  }
  /** In the browser that made the account, on any replica. */
  const use = (email: string, code: string, cookie: string) =>
    replicas.visitor().post("/verify-email", { email, code }, { cookie });
  const isVerified = async (id: string) =>
    (await replicas.rows<{ yes: boolean }>(`select email_verified as yes from "user" where id = $1`, [id]))[0]?.yes;

  test(
    "used by twenty at once confirm once",
    async () => {
      const { person, id, visitor } = await replicas.newMember();
      const cookie = visitor.cookieHeader();
      await replicas.nextMail(person.email, "/verify-email"); // the one of the sign-up
      await race(replicas, "F7, code", async () => {
        const code = await newCode(person, id, cookie);
        const before = await replicas.countEvents(id, "email_verified");
        const counts = tally(await Promise.all(times(20, () => use(person.email, code, cookie))));
        expect([counts[303], (counts[422] ?? 0) + (counts[429] ?? 0)]).toEqual([1, 19]);
        expect([
          await isVerified(id),
          (await replicas.countEvents(id, "email_verified")) - before,
          await replicas.liveTokens(id, "verify"),
        ]).toEqual([true, 1, []]);
        return { winners: 1, "found it used": counts[422] ?? 0, "turned away": counts[429] ?? 0 };
      });
    },
    patience,
  );

  test(
    "guessed a hundred times at once are worth nothing after five, even when the limits are forgotten",
    async () => {
      const { person, id, visitor } = await replicas.newMember();
      const cookie = visitor.cookieHeader();
      await replicas.nextMail(person.email, "/verify-email");
      await race(replicas, "F7, guesses", async () => {
        const code = await newCode(person, id, cookie);
        const guesses = times(100, (i) => String((Number(code) + 1 + i) % 1_000_000).padStart(6, "0"));
        const batches = await Promise.all(guesses.map((guess) => use(person.email, guess, cookie)));
        const counted = tally(batches);
        expect(Object.keys(counted)).toEqual(["422", "429"]);
        expect(counted[422]).toBeLessThanOrEqual(5);
        await replicas.forgetLimits();
        await Promise.all(guesses.slice(0, 5).map((guess) => use(person.email, guess, cookie)));
        expect(
          await replicas.rows(`select code_tries from gatehouse.mail_token where user_id = $1 and purpose = 'verify'`, [
            id,
          ]),
        ).toEqual([{ code_tries: 5 }]);
        await replicas.forgetLimits();
        expect((await use(person.email, code, cookie)).status).toBe(422);
        expect(await isVerified(id)).toBe(false);
        return { counted: counted[422] ?? 0, "turned away": counted[429] ?? 0 };
      });
    },
    patience,
  );
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { newPerson } from "../support/harness";
import { patience, race, signIn, startReplicas, tally, times, tokenOf, winnerOf, type Replicas } from "../support/race";

/**
 * Links for a new password, used or outdated at the same time: F2 and F3 of docs/reliability.md. Every figure is
 * printed.
 */

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

test(
  "F2 a link for a new password used by twenty at once works for one, whose password it is",
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
        (await replicas.sessions(id)).length, // the winner's
        await replicas.liveTokens(id, "reset"),
      ]).toEqual([1, 1, []]);
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
  "F3 a link is dead as soon as a newer one was sent, whichever is used first, or both at once",
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
  "F3 a link is dead after a change of the password",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await race(replicas, "F3, password changed", async (round) => {
      const token = await resetToken(person.email);
      const next = `changed by its owner ${round}`;
      expect((await visitor.post("/account/password", { current: person.password, password: next })).status).toBe(303);
      expect((await reset(token, `too late ${round}`)).status).toBe(404);
      expect(await replicas.liveTokens(id, "reset")).toEqual([]);
      expect(await signIn(visitor, person.email, next)).toBe(303);
      person.password = next;
      return { dead: 1 };
    });
  },
  patience,
);

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
    `create or replace trigger slow_letter before ${when} on gatehouse.outbox for each row
      when (new.kind in ('reset', 'confirm_email')) execute function slow_letter()`,
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

import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeIn } from "../support/mails";
import type { Person } from "../support/harness";
import { patience, race, startReplicas, tally, times, tokenOf, type Replicas } from "../support/race";

/**
 * New addresses, and the digits that confirm one, used at the same time: F7 of docs/reliability.md. Every figure is
 * printed.
 */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

test(
  "F7 of two new addresses asked for at once one link works, for its own address only",
  async () => {
    const { visitor, id } = await replicas.newMember();
    const current = async () => {
      const statement = `select email, email_verified as verified from "user" where id = $1`;
      return (await replicas.rows<{ email: string; verified: boolean }>(statement, [id]))[0];
    };
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
  "F7 the six digits used by twenty at once confirm once",
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
  "F7 the six digits guessed a hundred times at once are worth nothing after five, even when the limits are forgotten",
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

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patience, race, signIn, startReplicas, tally, times, winnerOf, type Replicas } from "../support/race";

/**
 * Many want the same account or password at once, and one may have it: F1 and F4 of docs/reliability.md. Every figure
 * is printed.
 */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

const written = (email: string, variant: number) =>
  [...email].map((letter, at) => ((variant >> (at % 5)) & 1 ? letter.toUpperCase() : letter)).join("");

test(
  "F1 twenty sign-ups with one address make one account, and each is told the same",
  async () => {
    await race(replicas, "F1", async (round) => {
      const email = `race${round}@example.org`;
      const tries = times(20, (i) => ({
        name: `Ada of ${i}`,
        email: written(email, i),
        password: `one of twenty ${round} ${i}`,
      }));
      const answers = await Promise.all(tries.map((fields) => replicas.visitor().post("/sign-up", fields)));
      const own = (line: string) => line.replace(/(gatehouse\.(device|sign-up)=)[^;]+/, "$1one of its own");
      const told = new Set(
        answers.map(({ status, location, text, headers }) =>
          JSON.stringify([status, location, text, headers.getSetCookie().map(own)]),
        ),
      );
      const cookies = [
        `gatehouse.address=${encodeURIComponent(email)}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`,
        "gatehouse.device=one of its own; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax",
        "gatehouse.sign-up=one of its own; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax",
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
      // the name and the password are of one try
      expect(await signIn(replicas.visitor(), email, tries[winner]?.password ?? "")).toBe(303);
      expect(await signIn(replicas.visitor(), email, tries[(winner + 1) % 20]?.password ?? "")).toBe(422);
      expect(await replicas.countMails(email)).toBe(1);
      return { winners: users.length, "not the first": Number(winner > 0) };
    });
    expect(await replicas.rows(`select 1 from account where user_id not in (select id from "user")`)).toEqual([]);
  },
  patience,
);

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
      // nobody was to be signed out
      expect([(await replicas.credentials(id)).length, (await replicas.sessions(id)).length]).toEqual([1, 11]);
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

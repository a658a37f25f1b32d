import { afterAll, beforeAll, expect, test } from "bun:test";
import { Visitor } from "../support/harness";
import { checkOf, patience, race, signIn, startReplicas, tally, times, type Replicas } from "../support/race";

/** Tries that are counted at the same time, and sessions that are too many. Every figure is printed. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

test(
  "the limits let five of fifty wrong passwords through, and the owner in at once where they have been before",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    await race(replicas, "guessing", async () => {
      const before = await replicas.countEvents(id, "sign_in", "refused");
      const counts = tally(
        await Promise.all(
          times(50, (i) => replicas.visitor().post("/sign-in", { email: person.email, password: `a guess ${i}` })),
        ),
      );
      expect(Object.keys(counts)).toEqual(["422", "429"]);
      expect(counts[422]).toBeLessThanOrEqual(5);
      expect((await replicas.countEvents(id, "sign_in", "refused")) - before).toBe(counts[422] ?? 0);
      expect(await signIn(replicas.visitor(), person.email, person.password)).toBe(429);
      expect(await signIn(visitor, person.email, person.password)).toBe(303);
      return { checked: counts[422] ?? 0, "turned away": counts[429] ?? 0 };
    });
  },
  patience,
);

test(
  "the limits note a flood once",
  async () => {
    const { person, id } = await replicas.newMember();
    const guess = () => signIn(replicas.visitor(), person.email, "a guess");
    await race(replicas, "a flood", async () => {
      const before = await replicas.countEvents(id, "sign_in", "held_up");
      for (let i = 0; i < 5; i++) expect(await guess()).toBe(422);
      expect(await Promise.all(times(20, guess))).toEqual(times(20, () => 429));
      expect((await replicas.countEvents(id, "sign_in", "held_up")) - before).toBe(1);
      return { "turned away": 20, noted: 1 };
    });
  },
  patience,
);

test(
  "the limits hold nobody up who has tries left: ten people of one office sign in at once",
  async () => {
    const people = await Promise.all(times(10, () => replicas.newMember()));
    const office = replicas.visitor().address;
    await race(replicas, "one office", async () => {
      const desks = people.map(() => replicas.visitor()).map(({ edge, origin }) => new Visitor(edge, origin, office));
      const statuses = await Promise.all(
        desks.map((desk, i) => signIn(desk, people[i]?.person.email ?? "", people[i]?.person.password ?? "")),
      );
      expect(statuses).toEqual(times(10, () => 303));
      return { "signed in": 10 };
    });
  },
  patience,
);

test(
  "sixty sign-ins of one person leave fifty sessions, and the oldest are gone",
  async () => {
    const { visitor, person, id } = await replicas.newMember();
    const browsers = [visitor, ...times(49, () => replicas.visitor())];
    for (const browser of browsers.slice(1)) expect(await signIn(browser, person.email, person.password)).toBe(303);
    const ten = browsers.slice(40);
    // or the new session would take the old one's place
    for (const { cookies } of ten) cookies.delete("better-auth.session_token");
    expect(await Promise.all(ten.map((browser) => signIn(browser, person.email, person.password)))).toEqual(
      times(10, () => 303),
    );
    expect(await replicas.sessions(id)).toHaveLength(50);
    expect(await Promise.all(browsers.map(checkOf))).toEqual(times(50, (i) => (i < 10 ? 401 : 200)));
  },
  patience,
);

import { afterAll, beforeAll, expect, test } from "bun:test";
import { inMilliseconds, minutes } from "../../../src/time";
import { newPerson } from "../../support/harness";
import { expectLinksToWork, expectOneEach, headerOf, type Conduct } from "../../support/mail-server";
import { rounds } from "../../support/rounds";
import { send, type Answer } from "../../support/traffic";
import { until } from "../../support/until";
import { addMembers, askForLink, inOutbox, newAddress, patience, startHouses, untilSent } from "./houses";
import type { House, Houses } from "./houses";

/** The mail servers of the world: whatever they do, nobody waits for a mail, and each arrives once. */

// 30, 15 and 5 seconds a try
const slow: Conduct[] = rounds(0, 1) > 0 ? ["trickles", "hangs", "is silent"] : ["hangs", "is silent"];
const failing: Conduct[] = [...slow, "drops", "cuts off", "is stopped", "refuses", "defers"];
const byConduct = new Map<Conduct, House>();
let houses: Houses;
beforeAll(async () => {
  houses = await startHouses();
  await Promise.all(failing.map(async (conduct) => byConduct.set(conduct, await houses.start())));
});
afterAll(() => houses.remove());

/** Everything a visitor can ask for that sends a mail, some times; and the addresses that get one. */
async function ask(house: House, times: number) {
  const newcomers = Array.from({ length: times }, newPerson);
  const [members, nobodies] = [newcomers.map(newAddress), newcomers.map(newAddress)];
  await addMembers(house, members);
  const answers: Answer[] = [];
  for (const person of newcomers) answers.push(await send(house.program, "POST /sign-up", { fields: { ...person } }));
  for (const email of [...members, ...nobodies]) answers.push(await askForLink(house, email));
  const milliseconds = (path = "") =>
    answers
      .filter(({ what }) => what.endsWith(path))
      .map((answer) => Math.round(answer.milliseconds))
      .sort((a, b) => a - b);
  const median = (path: string) => milliseconds(path)[milliseconds(path).length >> 1];
  return {
    addresses: [...newcomers.map(({ email }) => email), ...members],
    kinds: [...new Set(answers.map(({ what, status, location }) => `${what}: ${status} ${location}`))],
    medians: `${median("/sign-up")} and ${median("/forgot-password")} ms`,
    slowest: milliseconds().at(-1) ?? Infinity,
  };
}

let turn: Promise<unknown> = Promise.resolve();
/** What is measured is measured alone; the other tests wait for their mails meanwhile. */
const alone = <Result>(work: () => Promise<Result>) => {
  const mine = turn.then(work, work);
  turn = mine;
  return mine;
};

for (const conduct of failing) {
  const isFinal = conduct === "refuses";
  const later = isFinal ? "nothing is sent again" : "each mail arrives as one";
  test.concurrent(
    `a mail server that ${conduct} changes no answer and slows none down; when it accepts again, ${later}`,
    async () => {
      const house = byConduct.get(conduct) ?? (await houses.start());
      const { server } = house;
      const { usual, earlier, meanwhile } = await alone(async () => {
        await ask(house, 1); // the first requests of a program are slow
        const usual = await ask(house, 5);
        await untilSent(house);
        await server.become(conduct);
        return { usual, earlier: server.mails.length, meanwhile: await ask(house, 5) };
      });
      expect(meanwhile.kinds).toEqual(usual.kinds);
      const tries = slow.includes(conduct) ? rounds(1, 2) : 2;
      const isTried = async () => (await inOutbox(house, `tries >= ${tries}`)).length > 0;
      await (isFinal ? untilSent(house) : until(`a mail is tried ${tries} times`, isTried, patience));
      await server.become("accepts");
      const [milliseconds, mails] = [await untilSent(house), server.mails.slice(earlier)];
      const copies = expectOneEach(mails, isFinal ? [] : meanwhile.addresses);
      await expectLinksToWork(house.program, mails);
      console.log(
        `mail server ${conduct}: medians of sign-up and forgot-password ${meanwhile.medians}, ` +
          `slowest ${meanwhile.slowest} (accepting: ${usual.medians}, ${usual.slowest}); ` +
          `all there ${milliseconds} ms later, ${copies} raw duplicates`,
      );
      // Whoever waited for a mail would wait for five seconds or more; a busy machine is slow with any mail server.
      expect(meanwhile.slowest).toBeLessThan(Math.max(4000, 2 * usual.slowest));
      if (conduct !== "drops") expect(copies).toBe(0);
    },
    inMilliseconds(20 * minutes),
  );
}

test("a mail server that drops a mail whose link is used then: what is sent again is no other mail", async () => {
  const house = await houses.start();
  const { program, server } = house;
  await server.become("drops");
  await send(program, "POST /sign-up", { fields: { ...newPerson() } });
  await until("the mail is there", () => server.mails.length > 0, patience);
  await expectLinksToWork(program, server.mails);
  await server.become("accepts");
  await untilSent(house);
  expect(new Set(server.mails.map(({ raw }) => headerOf(raw, "subject"))).size).toBe(1);
});

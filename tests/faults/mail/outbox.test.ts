import { afterAll, beforeAll, expect, test } from "bun:test";
import { inMilliseconds, minutes } from "../../../src/time";
import { expectOneEach, idsOf } from "../../support/mail-server";
import type { Program } from "../../support/program";
import { rounds } from "../../support/rounds";
import { startWire } from "../../support/tcp-proxy";
import { until } from "../../support/until";
import { askForLink, fillOutbox, inOutbox, newAddress, patience, startHouses, untilSent, type Houses } from "./houses";

/** A full outbox: whoever sends it, and however that ends, each mail arrives once. */

let houses: Houses;
beforeAll(async () => {
  houses = await startHouses();
});
afterAll(() => houses.remove());

/** How often a program logged that a mail was sent, and that it was not; it ends in order first. */
async function sentAndFailed(program: Program): Promise<[sent: number, failed: number]> {
  await program.stop();
  const events = [...(await new Response(program.process.stdout).text()).matchAll(/"event":"(mail\.\w+)"/g)].map(
    ([, event]) => event,
  );
  return [
    events.filter((event) => event === "mail.sent").length,
    events.filter((event) => event === "mail.failed").length,
  ];
}

test(
  "a full outbox across kill -9 while it is sent: no mail is lost, none arrives as two",
  async () => {
    const [count, kills] = [rounds(60, 1000), rounds(3, 10)];
    const house = await houses.start();
    const { program, server } = house;
    await program.stop("SIGKILL");
    const emails = await fillOutbox(house, count);
    server.think(50);
    const connected = () =>
      house.rows(
        `select 1 from pg_stat_activity
            where datname = current_database() and application_name = 'gatehouse'`,
      );
    for (let killed = 0; killed < kills; killed++) {
      const enough = server.mails.length + Math.random() * (count / kills / 2);
      const doomed = await house.startAnother(program.dataDirectory);
      await until("it is sending", () => server.mails.length > enough, { ...patience, every: 5 });
      await doomed.stop("SIGKILL");
      await until("its connections are gone", async () => (await connected()).length === 0, { ...patience, every: 5 });
      await house.rows("update gatehouse.outbox set try_at = now()"); // else only when the turn of the dead one is over
      expect(await inOutbox(house)).not.toEqual([]);
    }
    houses.toRemove.push(await house.startAnother(program.dataDirectory));
    await untilSent(house);
    const lost = count - idsOf(server.mails).size;
    console.log(`kill -9 × ${kills} while ${count} mails are sent: ${lost} lost`);
    console.log(`${expectOneEach(server.mails, emails)} raw duplicates`);
  },
  inMilliseconds(20 * minutes),
);

test("a full outbox of two programs: each mail arrives once", async () => {
  const house = await houses.start();
  const { program, server } = house;
  const other = await house.startAnother();
  houses.toRemove.push(other);
  server.think(30);
  const emails = await fillOutbox(house, 40);
  // both look into it now
  await Promise.all([program, other].map((each) => askForLink({ program: each }, newAddress())));
  await untilSent(house);
  expect(expectOneEach(server.mails, emails)).toBe(0);
  const [[some], [others]] = await Promise.all([sentAndFailed(program), sentAndFailed(other)]);
  console.log(`two programs, 40 mails: ${some} and ${others} sent`);
  expect([some + others, Math.min(some, others) > 0]).toEqual([40, true]);
});

test("a full outbox that a visitor set going is sent to its end at once, however long the database takes", async () => {
  const wire = await startWire(houses.postgres.port);
  houses.toRemove.push({ remove: async () => wire.close() });
  const house = await houses.start({}, wire.port);
  const { program, server } = house;
  const emails = await fillOutbox(house, 60);
  wire.delay(40);
  await askForLink({ program }, newAddress());
  await until("every mail was tried", async () => (await inOutbox(house, "tries = 0")).length === 0, patience);
  expect(await sentAndFailed(program)).toEqual([60, 0]);
  expect(expectOneEach(server.mails, emails)).toBe(0);
});

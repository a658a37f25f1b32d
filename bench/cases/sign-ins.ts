import { newMember, signIn, type Stage } from "../stage";
import { median } from "../wrk";

const members = 60; // of whom none is held up for too many right ones, on a machine twice as fast too
const atATime = 8;
const milliseconds = 5000;

/** Right sign-ins a second, each of another member, a few at a time, from clients of their own. */
export async function signIns({ gatehouse }: Stage, rounds: number): Promise<number> {
  const emails = Array.from({ length: members }, (_, number) => `member${number}@example.org`);
  for (const email of emails) await newMember(gatehouse, email);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let done = 0;
    let next = 0;
    const end = performance.now() + milliseconds;
    const keepSigningIn = async () => {
      while (performance.now() < end) {
        await signIn(gatehouse, emails[next++ % members] ?? "");
        if (performance.now() < end) done += 1;
      }
    };
    await Promise.all(Array.from({ length: atATime }, keepSigningIn));
    rates.push(done / (milliseconds / 1000));
  }
  return median(rates);
}

import { newPerson, type Gatehouse, type Person, type Visitor } from "./harness";
import { isKept, sameBrowser } from "./kept";

/** A plain model of who is signed in, and what is asked of the replicas so that they can be compared with it. */

/** A replica, and for how long what is told to it may be held up. */
export interface Replica extends Gatehouse {
  /** The moment until which its listening was in trouble; Infinity while it is. */
  troubledUntil: number;
  /** When it last answered a change of its own: with that it has heard everything before. */
  caughtUpAt: number;
  /** Nobody reaches it: it ends, and another will take its place. */
  isAway: boolean;
}

export interface Member {
  person: Person;
  id: string;
  name: string;
  changedAt: number;
}

/** What is true of the cookies of one browser. */
export interface Truth {
  cookies: Visitor["cookies"];
  member: Member;
  ended: boolean;
  changedAt: number;
}

/** The bar is 50 for 99 of 100: that is measured and printed, and not asserted on a busy machine. */
const heardWithinMilliseconds = 500;
const believedMilliseconds = 2000;

const tryAgain = Symbol("try again");
const longestUnanswered = 60 * 1000; // milliseconds

export interface Seen {
  checks: number;
  /** How many of them were answered from memory. */
  fromMemory: number;
  /** How many were answered with "try again", which is never wrong, and asked again. */
  unanswered: number;
  /** Milliseconds from a change made elsewhere until it was heard, where it was met unheard. */
  delays: number[];
}

export const newSeen = (): Seen => ({ checks: 0, fromMemory: 0, unanswered: 0, delays: [] });

/**
 * Who has a browser's cookies, as the paths tell it; undefined for nobody. Throws at any answer but the two, and "try
 * again".
 */
async function said(at: Replica, { cookies }: Truth, path: string): Promise<string | undefined | typeof tryAgain> {
  const { status, text } = await sameBrowser(at, { cookies }).impatient().get(path);
  if (status === 503) return tryAgain;
  if (path === "/api/session" && status === 401) return undefined;
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  const answer: { user: { id: string; name: string } } | null = JSON.parse(text);
  return answer ? `${answer.user.id} ${answer.user.name}` : undefined;
}

/** Where to ask, and where to note what came of it. */
export interface Look {
  seen: Seen;
  path: string;
}

/** Asks, and compares with the truth. Only a change made elsewhere may take a moment to be heard. */
export async function check(at: Replica, truth: Truth, { seen, path }: Look): Promise<void> {
  for (const began = performance.now(); ; ) {
    const changedAt = Math.max(truth.changedAt, truth.member.changedAt);
    const isHeard = at.caughtUpAt >= changedAt;
    const patience = isHeard
      ? 0
      : heardWithinMilliseconds + (at.troubledUntil > changedAt - 1000 ? believedMilliseconds : 0);
    const asked = performance.now();
    seen.checks += 1;
    if (isKept(at, sameBrowser(at, truth))) seen.fromMemory += 1;
    const is = await said(at, truth, path);
    if (is === tryAgain) {
      if (asked - began > longestUnanswered) throw new Error(`${path} said "try again" for a minute.`);
      seen.unanswered += 1;
      await Bun.sleep(50);
      continue;
    }
    const should = truth.ended ? undefined : `${truth.member.id} ${truth.member.name}`;
    const changedMeanwhile = Math.max(truth.changedAt, truth.member.changedAt) > changedAt;
    if (changedMeanwhile) continue;
    if (is === should) return;
    const behind = asked - changedAt;
    if (behind > patience)
      throw new Error(
        `${path} said ${is}, and the truth is ${should}, ${behind.toFixed(1)} ms after the change` +
          `${isHeard ? ", which the replica had answered" : ""}.`,
      );
    seen.delays.push(behind);
    await Bun.sleep(1);
  }
}

/** Asks at a replica until it has a session in its memory, so that a change has something to make wrong. */
export async function warm(at: Replica, truth: Truth): Promise<void> {
  for (let tries = 0; tries < 10 && !isKept(at, sameBrowser(at, truth)); tries++)
    await sameBrowser(at, truth).impatient().get("/api/session");
}

/** Somebody new, signed in at a replica. */
export async function join(at: Replica): Promise<Truth> {
  const visitor = at.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  const last = await visitor.signIn(person);
  if (last.status !== 303) throw new Error(`Signing in answered ${last.status}.`);
  const { user } = JSON.parse((await visitor.get("/api/session")).text);
  const now = performance.now();
  return {
    cookies: visitor.cookies,
    member: { person, id: user.id, name: person.name, changedAt: now },
    ended: false,
    changedAt: now,
  };
}

/** A small generator of numbers between 0 and 1 that a seed makes repeatable (Tommy Ettinger, public domain). */
export function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

import { expect } from "bun:test";
import { newPerson, Visitor, type Got } from "../support/harness";
import { requestTo } from "./request";
import { routes } from "./routes";
import type { Scenario } from "./row";
import { restore, sessionCookie, snapshot, type World } from "./world";

const triesOfClient = 20;
const triesOfNetwork = 200;

/** What may be tried without a session and costs no hash; each try is a wrong one. */
const guesses: ((visitor: Visitor, claims: Record<string, string>) => Promise<Got>)[] = [
  (visitor, claims) => visitor.post("/verify-email", { email: newPerson().email, code: "123456" }, claims),
  (visitor, claims) => visitor.post("/verify-email", { email: newPerson().email, resend: "on" }, claims),
  (visitor, claims) => visitor.post("/forgot-password", { email: newPerson().email }, claims),
];

/** However a client names itself, its tries are counted together; and nobody else's with them. */
async function oneBucketPerPeer({ gatehouse }: World) {
  const claim = (i: number): Record<string, string> =>
    [
      { "x-forwarded-for": `6.6.6.${i}` },
      { "x-forwarded-for": `6.6.6.${i}, 10.0.0.1` },
      { forwarded: `for=6.6.6.${i}` },
      { "x-real-ip": `6.6.6.${i}`, "x-client-ip": `6.6.6.${i}` },
    ][i % 4] ?? {};
  const at = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
  let made = 0;
  const hold = async (guess: (typeof guesses)[number], count: number, addressOf: (i: number) => string) => {
    for (let i = 0; i <= count; i++, made++)
      expect([i, (await guess(at(addressOf(i)), claim(i))).status === 429]).toEqual([i, i === count]);
    expect((await guess(gatehouse.visitor(), claim(0))).status).not.toBe(429);
    made += 1;
  };
  for (const [n, guess] of guesses.entries()) await hold(guess, triesOfClient, () => `192.0.2.${n}`);
  const [byCode = () => Promise.reject(new Error("no guess"))] = guesses;
  await hold(byCode, triesOfClient, (i) => (i % 2 ? "192.0.2.99" : "::ffff:192.0.2.99"));
  await hold(byCode, triesOfClient, (i) => `2001:db8:1:1::${i + 1}`);
  await hold(byCode, triesOfNetwork, (i) => `2001:db8:2:${i.toString(16)}::1`);
  return made;
}

/** A form that is sent a hundred times by an impatient finger does its work once. */
async function doubleClicks({ gatehouse, member, cookie, ids }: World) {
  const times = <Result>(count: number, work: () => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, work));
  const mailsBefore = (await gatehouse.mailsTo(member.email)).length;
  const asked = await times(100, () => gatehouse.visitor().post("/forgot-password", { email: member.email }));
  expect(asked.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(99).fill(429)]);
  expect((await gatehouse.mailsTo(member.email)).length).toBe(mailsBefore + 1);
  const person = newPerson();
  const visitor = gatehouse.visitor();
  const signedUp = await times(8, () => visitor.post("/sign-up", { ...person }));
  expect(new Set(signedUp.map(({ status }) => status))).toEqual(new Set([303]));
  expect(await gatehouse.rows(`select 1 from "user" where email = $1`, [person.email])).toHaveLength(1);
  expect(await gatehouse.mailsTo(person.email)).toHaveLength(1);
  const renamed = await times(50, () => gatehouse.visitor().post("/account/profile", { name: "Once" }, { cookie }));
  expect(new Set(renamed.map(({ status }) => status))).toEqual(new Set([303]));
  const ended = await times(20, () => gatehouse.visitor().post("/account/sessions", { id: ids.own }, { cookie }));
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set([303]));
  return 178;
}

/**
 * A link does its work once; the second time it is as dead as any. None signs anybody in but those by which a
 * password was chosen, and that once.
 */
async function linksWorkOnce(world: World) {
  const before = await snapshot(world);
  const links = routes.filter(({ method, fields }) => method === "POST" && "token" in fields);
  for (const route of links) {
    const { path, body = "", headers } = requestTo(route, world);
    const press = () =>
      world.gatehouse.visitor().send(path, {
        method: "POST",
        body,
        headers: {
          origin: headers.origin ?? "",
          "content-type": headers["content-type"] ?? "",
          cookie: headers.cookie ?? "",
        },
      });
    const [first, second] = [await press(), await press()];
    expect([path, first.status, second.status]).toEqual([path, 303, 404]);
    const signsIn = [first, second].map(({ headers }) =>
      headers.getSetCookie().some((line) => line.startsWith(sessionCookie)),
    );
    expect([path, ...signsIn]).toEqual([path, ["/reset-password", "/invitation"].includes(path), false]);
    await restore(world, before);
  }
  expect(links.length).toBe(7);
  return links.length * 2;
}

/** What is tried, sent or pressed again and again. */
export const repeatScenarios: readonly Scenario[] = [
  { id: "H4", what: "a client has one count, whatever it calls itself", run: oneBucketPerPeer },
  { id: "B13", what: "a form sent a hundred times does its work once", run: doubleClicks },
  { id: "F8", what: "a link works once, and signs in nobody but who chose a password by it", run: linksWorkOnce },
];

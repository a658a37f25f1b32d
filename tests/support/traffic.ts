import { expect } from "bun:test";
import { newPerson, type Person } from "./harness";
import { longestPatience, patiently } from "./patience";
import type { Program } from "./program";

/** What a started program must be told for `from` to give each request an address of its own. */
export const manyClients = { TRUSTED_PROXIES: "127.0.0.1, ::1" };

let clients = 0;
const from = () => {
  const client = ++clients;
  return `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
};

export interface Answer {
  what: string;
  status: number;
  milliseconds: number;
  cookies: string[];
  retryAfter: string | null;
  location: string | null;
}

/** One request from an address of its own; status 0 when no answer came. */
export async function send(
  { origin }: Pick<Program, "origin">,
  what: string,
  { cookie = "", fields, json }: { cookie?: string; fields?: Record<string, string>; json?: object } = {},
): Promise<Answer> {
  const [method = "", path = ""] = what.split(" ");
  const type = json ? "application/json" : "application/x-www-form-urlencoded";
  const body = json ? JSON.stringify(json) : fields ? new URLSearchParams(fields).toString() : undefined;
  const headers: Record<string, string> = {
    origin,
    cookie,
    "x-forwarded-for": from(),
    ...(body !== undefined && { "content-type": type }),
  };
  const started = performance.now();
  const response = await fetch(origin + path, {
    method,
    headers,
    redirect: "manual",
    ...(body !== undefined && { body }),
  }).catch(() => null);
  await response?.arrayBuffer().catch(() => undefined);
  return {
    what,
    status: response?.status ?? 0,
    milliseconds: performance.now() - started,
    cookies: response?.headers.getSetCookie() ?? [],
    retryAfter: response?.headers.get("retry-after") ?? null,
    location: response?.headers.get("location") ?? null,
  };
}

const askSignUp = (program: Pick<Program, "origin">, person: Person) =>
  send(program, "POST /sign-up", { fields: { ...person } });

export const signUp = async (program: Pick<Program, "origin">, person: Person) =>
  (await askSignUp(program, person)).status;

/**
 * Signs in, patiently; the cookie to send from then on, or null where it is refused as wrong. Throws when that is not
 * known.
 */
export async function signIn(program: Pick<Program, "origin">, person: Person): Promise<string | null> {
  const { last, statuses } = await signInPatiently(program, person);
  if (isWrong(statuses)) return null;
  if (last.status !== 303) throw new Error(`Signing in answered ${statuses.join(" ")}.`);
  return last.cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

/** Whether the last answer of a sign-in says that there is no such account: anything else says nothing about that. */
export const isWrong = (statuses: number[]): boolean => [401, 422].includes(statuses.at(-1) ?? 0);

/** Signs up as somebody who heeds "try again". */
export const signUpPatiently = (program: Pick<Program, "origin">, person: Person) =>
  patiently(() => askSignUp(program, person));

/** Signs in likewise. */
export const signInPatiently = (program: Pick<Program, "origin">, { email, password }: Person) =>
  patiently(() => send(program, "POST /sign-in", { fields: { email, password, remember: "on" } }));

/** Somebody with an account, signed in. */
export async function newMember(program: Pick<Program, "origin">): Promise<{ person: Person; cookie: string }> {
  const person = newPerson();
  expect((await signUpPatiently(program, person)).last.status).toBe(303);
  const cookie = await signIn(program, person);
  if (cookie === null) throw new Error("A new member could not sign in.");
  return { person, cookie };
}

/** Every path that needs the database, asked at once on behalf of a member. */
export function askEverything(
  program: Pick<Program, "origin">,
  { person, cookie }: { person: Person; cookie: string },
): Promise<Answer[]> {
  const { email, password } = person;
  return Promise.all([
    send(program, "GET /", { cookie }),
    send(program, "GET /account", { cookie }),
    send(program, "GET /sign-in", { cookie }),
    send(program, "GET /api/session", { cookie }),
    send(program, "GET /api/auth/get-session", { cookie }),
    send(program, "POST /account/profile", { cookie, fields: { name: "New Name" } }),
    send(program, "POST /sign-in", { fields: { email, password } }),
    send(program, "POST /sign-up", { fields: { ...newPerson() } }),
    send(program, "POST /api/auth/sign-in/email", { json: { email, password } }),
    send(program, "POST /api/auth/sign-up/email", { json: newPerson() }),
    send(program, "POST /api/auth/sign-out", { cookie, json: {} }),
    send(program, "POST /sign-out", { cookie, fields: {} }),
  ]);
}

/**
 * Holds answers to the promise: "try again", soon enough, and nothing else. Gives the slowest in milliseconds.
 * A session
 * check may still be answered from memory, as long as it is believed that nothing changed.
 */
export function expectHonest(answers: Answer[]): number {
  const fromMemory = ({ what, status, cookies }: Answer) =>
    /^GET \/api\/(auth\/get-)?session$/.test(what) && status === 200 && cookies.length === 0;
  const dishonest = answers.filter(
    (answer) =>
      !fromMemory(answer) && (answer.status !== 503 || answer.retryAfter === null || answer.cookies.length > 0),
  );
  expect(dishonest).toEqual([]);
  return Math.round(Math.max(...answers.map(({ milliseconds }) => milliseconds)));
}

/** Asks until the answer is the one waited for; the milliseconds it took, or Infinity after a minute. */
export async function timeUntil(
  program: Pick<Program, "origin">,
  what: string,
  status: number,
  cookie = "",
): Promise<number> {
  const started = performance.now();
  while (performance.now() - started < longestPatience) {
    if ((await send(program, what, { cookie })).status === status) return Math.round(performance.now() - started);
    await Bun.sleep(25);
  }
  return Infinity;
}

/** Keeps asking one of the origins that are up, until told to stop; counts what was answered and what was lost. */
export function keepAsking(pick: () => string | undefined, cookie: string, workers: number) {
  const counted = { answered: 0, refused: 0, lost: [] as string[] };
  let going = true;
  const worker = async () => {
    while (going) {
      const origin = pick();
      if (!origin) {
        await Bun.sleep(5);
        continue;
      }
      try {
        const response = await fetch(`${origin}/account`, { headers: { cookie }, redirect: "manual" });
        await response.text();
        if (response.status === 200) counted.answered += 1;
        else counted.lost.push(`${response.status} after ${counted.answered} answers`);
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
        if (/refused/i.test(code)) counted.refused += 1;
        else counted.lost.push(code);
      }
    }
  };
  const done = Promise.all(Array.from({ length: workers }, worker));
  const stop = async () => {
    going = false;
    await done;
    return counted;
  };
  return { counted, stop };
}

import { afterEach, beforeEach, expect, test } from "bun:test";
import { createGatehouse } from "../../clients/javascript/src/index";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";
import { reply, startTold, type Reply } from "../support/told";
import { until } from "../support/until";

/** Answers from memory, before a Gatehouse that answers as a test says. */

const cookie = "better-auth.session_token=a.b";
const docs = "https://docs.example.com";
let login: TestGatehouse; // whose key and answer are borrowed
beforeEach(async () => {
  login = await startTestGatehouse();
});
afterEach(() => login.stop());

/** A Gatehouse in which somebody is signed in and nothing changes, but for `otherwise`; and a client of it. */
async function startQuiet(otherwise: (isPoll: boolean) => Reply | undefined) {
  const asked = await fetch(`${login.url}/api/session`, { headers: { cookie: login.signIn() } });
  const signedIn = await asked.text();
  const changes = { now: new Date().toISOString(), longestSeconds: 1e6, freshSeconds: 900, cursor: "a.1" };
  const told = await startTold((n) => {
    const heard = told.heard[n - 1] ?? "";
    const isPoll = heard.includes("/changes");
    const other = otherwise(isPoll);
    if (other) return other;
    if (/after= /.test(heard)) return reply(200, JSON.stringify({ ...changes, reset: true }));
    return isPoll ? [100, ...reply(200, JSON.stringify({ ...changes, ids: [] }))] : reply(200, signedIn);
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const gatehouse = createGatehouse({ url: told.origin, allowedOrigins: [docs], liveKey: login.liveKey, log });
  const polls = () => told.heard.filter((heard) => heard.includes("/changes")).length;
  const close = () => {
    gatehouse.close();
    told.close();
  };
  return { gatehouse, heard: told.heard, lines, polls, questions: () => told.heard.length - polls(), close };
}

type Quiet = Awaited<ReturnType<typeof startQuiet>>;

const codeFor = ({ gatehouse }: Quiet, method = "GET") =>
  gatehouse.check({ method, headers: new Headers({ cookie, origin: docs }) }).then(
    () => "in",
    ({ code }) => code,
  );

async function untilKept(quiet: Quiet) {
  await until("it is in memory", async () => {
    const before = quiet.questions();
    await codeFor(quiet);
    return quiet.questions() === before;
  });
}

test("what a write finds out is not denied by memory", async () => {
  let isOver = false;
  const nobody = reply(401, '{"error":{"code":"no_session"}}');
  const quiet = await startQuiet((isPoll) => (isOver && !isPoll ? nobody : undefined));
  await untilKept(quiet);
  isOver = true; // and nobody is told
  expect(await codeFor(quiet)).toBe("in");
  expect(await codeFor(quiet, "POST")).toBe("no_session");
  expect(await codeFor(quiet)).toBe("no_session");
  const isPoll = (heard: string) => heard.startsWith("GET /api/session/changes?after=");
  for (const heard of quiet.heard) {
    expect(/^authorization: /im.test(heard)).toBe(isPoll(heard)); // the key is shown to polls alone
    expect(/^cookie: /im.test(heard)).toBe(!isPoll(heard));
  }
  quiet.close();
});

test("memory is not asked once a poll has failed, though the one before is younger than two seconds", async () => {
  let isFailing = false;
  const quiet = await startQuiet((isPoll) => (isFailing && isPoll ? reply(500, "") : undefined));
  await untilKept(quiet);
  isFailing = true;
  const polls = quiet.polls();
  await until("a poll has failed, and is tried again", () => quiet.polls() >= polls + 3);
  const questions = quiet.questions();
  expect(await codeFor(quiet)).toBe("in");
  expect(quiet.questions()).toBe(questions + 1);
  quiet.close();
});

for (const status of [401, 404] as const)
  test(`a Gatehouse that takes no key is asked for each request, and it is said once: ${status}`, async () => {
    const quiet = await startQuiet((isPoll) => (isPoll ? reply(status, '{"error":{"code":"…"}}') : undefined));
    for (let i = 0; i < 20; i += 1) expect(await codeFor(quiet)).toBe("in");
    await until("it was polled three times", () => quiet.polls() >= 3);
    expect(quiet.questions()).toBe(20);
    const hint = {
      401: "is liveKey one of the keys in its GATEHOUSE_BACKEND_KEY?",
      404: "has it a GATEHOUSE_BACKEND_KEY?",
    };
    const said = "Gatehouse is asked for each request, because it cannot be known what changed";
    expect(quiet.lines.filter((line) => line.includes("asked for each request"))).toEqual([
      `${said}: answered with status ${status}: ${hint[status]}`,
    ]);
    expect(quiet.lines.join()).not.toContain(login.liveKey);
    quiet.close();
  });

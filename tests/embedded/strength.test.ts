import { describe, expect, test } from "bun:test";
import { strengthOf } from "../../src/guard/fields";
import { createStrength, type Verdict } from "../../src/guard/strength";
import { TooBusy } from "../../src/http/problem";
import { threadMilliseconds } from "../support/thread-clock";

const strength = createStrength();
const ada = { name: "Ada Lovelace", email: "countess1815@analytical.example.org" };
const judges = { config: { brand: { name: "Lighthouse Labs" } }, strength };
const judge = (password: string) => strengthOf({ ...ada, password }, judges, { ip: "" });

const refused: [password: string, weakness: Verdict["weakness"]][] = [
  ["Baseball", "password_common"],
  ["bAsEbAlL", "password_common"],
  ["１２３４５６７８", "password_common"],
  ["1234567890123456", "password_pattern"],
  ["abcdefghijklmnop", "password_pattern"],
  ["a b c d e f g h", "password_pattern"],
  ["        ", "password_pattern"],
  ["x1".repeat(64), "password_pattern"],
  ["12.03.1987", "password_pattern"],
  ["onetwothreefour", "password_pattern"],
  ["password123456", "password_weak"],
  ["iloveyou12345678", "password_weak"],
  ["qwertyuiopasdfg", "password_weak"],
  ["Passwort2026!", "password_weak"],
  ["Passwort!2026", "password_weak"],
  ["Sonnenschein123", "password_weak"],
  ["Sommer2025!", "password_weak"],
  ["München2026", "password_weak"],
  ["AdaLovelace1815x", "password_guessable"],
  ["ecalevoL-Ada", "password_guessable"],
  ["Countess1815!!", "password_guessable"],
  ["analytical99", "password_guessable"],
  ["lighthouse&labs&24", "password_guessable"],
  ["Gatehouse!2026", "password_guessable"],
];
const taken = [
  "Tr0ub4dor&3",
  "k7#Qz!m2Wd",
  "wQ7xT2pL",
  "tisch lampe wolke birne",
  "correct horse battery staple",
  "correcthorsebatterystaple",
  "mein hund heisst bello",
  "合言葉はひみつです。",
  "73190284615520",
  "Ada likes 17 green kettles",
  "constructor of __proto__",
];
describe("a password that is chosen", () => {
  for (const [password, weakness] of refused)
    test(`may not be ${JSON.stringify(password.slice(0, 20))}: ${weakness}`, async () => {
      const verdict = await judge(password);
      expect(verdict.weakness).toBe(weakness);
      expect(verdict.score).toBeLessThan(2);
    });

  for (const password of taken)
    test(`may be ${JSON.stringify(password)}`, async () => {
      const verdict = await judge(password);
      expect(verdict.weakness).toBeUndefined();
      expect(verdict.score).toBeGreaterThanOrEqual(2);
    });

  test("is not refused when it is random", async () => {
    const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const random = () => Array.from({ length: 12 }, () => characters[Math.floor(Math.random() * 62)]).join("");
    const verdicts: Verdict[] = [];
    for (let i = 0; i < 100; i++) verdicts.push(await judge(random()));
    expect(verdicts.filter(({ weakness }) => weakness)).toEqual([]);
  });
});

describe("judging", () => {
  const pieces = ["a", "1", "4@$50", "p4$$w0rd", "1234567890", "12/12/1999", "qwertyuiop", "|-|", "()\\/", "🔐", "\n"];
  const hostile = [...pieces, "constructor", "__proto__", "onetwothree", "aab", "\uFDFA", "\0", "e\u0301"];

  test("takes a bounded time for whatever was made to take long, and holds nobody else up", async () => {
    const times: [string, number][] = [];
    const { slowest, stop } = measureTurns();
    for (const piece of hostile)
      for (const length of [8, 64, 128]) {
        const password = piece.repeat(128).slice(0, length);
        const began = process.cpuUsage();
        await judge(password);
        const { user, system } = process.cpuUsage(began);
        times.push([password, (user + system) / 1000]);
      }
    stop();
    expect(times.filter(([, milliseconds]) => milliseconds > 2000)).toEqual([]);
    expect(slowest()).toBeLessThan(500);
  });

  test("turns away whoever comes when too many wait, and serves the others", async () => {
    const asked = Array.from({ length: 80 }, (_, i) => judge(`a fine pass phrase number ${i}`));
    const answers = await Promise.allSettled(asked);
    const served = answers.filter(({ status }) => status === "fulfilled");
    expect(served).toHaveLength(64);
    for (const answer of answers.slice(64)) expect(answer).toEqual({ status: "rejected", reason: expect.any(TooBusy) });
  });
});

/** How long this thread worked at most between two turns, in milliseconds; what else the machine does counts not. */
function measureTurns() {
  let longest = 0;
  let last = threadMilliseconds();
  const timer = setInterval(() => {
    longest = Math.max(longest, threadMilliseconds() - last);
    last = threadMilliseconds();
  }, 1);
  return { slowest: () => longest, stop: () => clearInterval(timer) };
}

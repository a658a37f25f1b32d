import { expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { refusalOf } from "../support/refusal";

/** The secrets of a program that is given a new one: `2:new,1:old`. */

const [former, next] = ["kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC", "zP3xN8cV5bM1aS7dF4gH9jK2lQ6wE0rT"];
const production = { BETTER_AUTH_URL: "https://login.example.com", MAIL: "off", GATEHOUSE_DB_DRIVER: "embedded" };

test("secrets: one is one; of several the first stands first, each with its version", () => {
  const secretsOf = (given: Record<string, string>) => readConfig({ ...production, ...given }).secrets;
  expect(secretsOf({ BETTER_AUTH_SECRET: former })).toEqual([{ value: former }]);
  expect(secretsOf({ BETTER_AUTH_SECRETS: `2:${next},1:${former}` })).toEqual([
    { version: 2, value: next },
    { version: 1, value: former },
  ]);
  expect(secretsOf({ BETTER_AUTH_SECRETS: ` 0:${next} , 17: ${former} ` })).toEqual([
    { version: 0, value: next },
    { version: 17, value: former },
  ]);
  expect(secretsOf({ BETTER_AUTH_SECRETS: `3:${next}:and:colons` })).toEqual([
    { version: 3, value: `${next}:and:colons` },
  ]);
  expect(readConfig({}).secrets).toBeUndefined();
});

const wrong: [what: string, value: string][] = [
  ["no version", former],
  ["a version that is no number", `new:${next},1:${former}`],
  ["a version below zero", `-1:${next}`],
  ["a version with a fraction", `1.5:${next}`],
  ["a version with letters behind it", `2x:${next}`],
  ["an empty entry in the middle", `2:${next},,1:${former}`],
  ["an empty entry at the end", `2:${next},`],
  ["an empty entry at the beginning", `,2:${next}`],
  ["an empty secret", `2:,1:${former}`],
  ["a version twice", `1:${next},1:${former}`],
  ["a secret twice", `2:${former},1:${former}`],
  ["a short secret that signs", `2:short,1:${former}`],
  ["a short secret that verifies", `2:${next},1:short`],
  ["a secret that is easy to guess", `2:${next},1:${"ab".repeat(20)}`],
  ["Better Auth's own, which everybody knows", `2:${next},1:better-auth-secret-12345678901234567890`],
  ["semicolons between them", `2=${next};1=${former}`],
  ["JSON", JSON.stringify([{ version: 2, value: next }])],
  ["nothing", ""],
  ["spaces", "  "],
];

test.each(wrong)("secrets: %s stops the start in words, and is not repeated", (_, value) => {
  const lines = refusalOf({ ...production, BETTER_AUTH_SECRETS: value });
  expect(lines.filter((line) => line.startsWith("BETTER_AUTH_SECRETS: "))).toHaveLength(1);
  const said = lines.join("\n");
  for (const secret of [former, next, "short", "ab".repeat(20), "12345678901234567890"])
    expect(said).not.toContain(secret);
});

test("secrets: one beside several stops the start, because which of them signs would be a guess", () => {
  const lines = refusalOf({
    ...production,
    BETTER_AUTH_SECRET: former,
    BETTER_AUTH_SECRETS: `2:${next},1:${former}`,
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toStartWith("BETTER_AUTH_SECRET: ");
  expect(lines[0]).toContain("BETTER_AUTH_SECRETS");
  expect(lines[0]).not.toContain(former);
});

test("secrets: production asks for one in either way", () => {
  expect(refusalOf(production)).toEqual([
    "BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.",
  ]);
  expect(refusalOf({ ...production, BETTER_AUTH_SECRETS: `1:${former}` })).toEqual([]);
  expect(refusalOf({ ...production, BETTER_AUTH_SECRETS: `1:${former}`, AUTH_SECRET: next })).toEqual([]);
});

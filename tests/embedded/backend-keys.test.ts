import { expect, test } from "bun:test";
import { createBackendCheck } from "../../src/session/bearer";
import { readConfig } from "../../src/settings/config";
import { refusalOf } from "../support/refusal";

/** The keys of backends that are told what changed. */

const [key, next] = ["kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC", "zP3xN8cV5bM1aS7dF4gH9jK2lQ6wE0rT+/="];
const keysOf = (text: string) => readConfig({ GATEHOUSE_BACKEND_KEY: text }).backendKeys;

test("keys of backends: one, or several while one takes the place of another; none without the setting", () => {
  expect(keysOf(key)).toEqual([key]);
  expect(keysOf(` ${next} ,${key},`)).toEqual([next, key]);
  expect(readConfig({}).backendKeys).toBeUndefined();
});

test("keys of backends: each that the start takes opens, however long it is", () => {
  const keys = keysOf(`${next},${key.repeat(20)}`) ?? [];
  expect(keys).toEqual([next, key.repeat(20)]);
  const isOfBackend = createBackendCheck(keys);
  const showing = (shown: string) => new Request("http://x", { headers: { authorization: `Bearer ${shown}` } });
  expect(keys.map((shown) => isOfBackend(showing(shown)))).toEqual([true, true]);
  expect(isOfBackend(showing(key))).toBe(false);
});

const wrong: [what: string, value: string][] = [
  ["a short key", "short"],
  ["a short key beside a good one", `${key},short`],
  ["a key that is easy to guess", "ab".repeat(20)],
  ["a key with a space in it", `${key} ${key}`],
  ["a key that no header carries", `${key}ä`],
  ["a key twice", `${key},${key}`],
  ["commas alone", ",,"],
];

test.each(wrong)("keys of backends: %s stops the start in words, and is not repeated", (_, value) => {
  const lines = refusalOf({ GATEHOUSE_BACKEND_KEY: value });
  expect(lines.map((line) => line.split(":")[0])).toEqual(["GATEHOUSE_BACKEND_KEY"]);
  for (const secret of [key, "short", "ab".repeat(20)]) expect(lines.join()).not.toContain(secret);
});

test("keys of backends: the secret that signs cookies is none, or a backend could sign in anybody", () => {
  const said =
    "GATEHOUSE_BACKEND_KEY: is the secret that signs the cookies. Make another with `openssl rand -base64 32`.";
  expect(refusalOf({ BETTER_AUTH_SECRET: key, GATEHOUSE_BACKEND_KEY: `${next},${key}` })).toEqual([said]);
  expect(refusalOf({ BETTER_AUTH_SECRETS: `2:${next},1:${key}`, GATEHOUSE_BACKEND_KEY: key })).toEqual([said]);
});

test("keys of backends: without the memory of sessions nobody hears of changes that could be told", () => {
  expect(refusalOf({ GATEHOUSE_BACKEND_KEY: key, GATEHOUSE_SESSION_CACHE: "0" })).toEqual([
    "GATEHOUSE_BACKEND_KEY: with GATEHOUSE_SESSION_CACHE=0 no change is heard of. Leave one of them out.",
  ]);
});

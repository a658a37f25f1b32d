import { expect, test } from "bun:test";
import { readAnswer } from "../../clients/javascript/src/caller";
import { Unavailable } from "../../clients/javascript/src/index";
import { read as readFile } from "../source/files";
import { nobody, signedIn, strangeAnswers } from "./strange";

/** How an answer is read, whoever gave it. What each runtime makes of it over a socket is in `faults.test.ts`. */

const read = (status: number, body: string | Uint8Array, type = "application/json") =>
  readAnswer({ status, type, body: new Uint8Array(Buffer.from(body)) });

for (const [what, [status, body, type]] of Object.entries(strangeAnswers))
  test(`tells nothing: ${what}`, () => expect(() => read(status, body, type)).toThrow(Unavailable));

/** Odd answers, and what every client makes of them. */
const odd: { answers: { what: string; status: number; type?: string; body: string; is: string }[] } = JSON.parse(
  readFile("clients/contract/readings/session.json"),
);

for (const { what, status, type, body, is } of odd.answers)
  test(`is read as the contract says: ${what}`, () => {
    expect(readingOf(() => read(status, Buffer.from(body, "latin1"), type))).toBe(is);
  });

function readingOf(ask: () => unknown): string {
  try {
    return ask() ? "somebody" : "nobody";
  } catch (error) {
    if (error instanceof Unavailable) return "unavailable";
    throw error;
  }
}

test("a golden answer tells who it is, or that it is nobody", () => {
  expect(read(200, signedIn)?.user.email).toBe("ada@example.org");
  for (const type of ["application/json;charset=utf-8", "Application/JSON ; charset=utf-8", "application/json"])
    expect(read(401, nobody, type)).toBeNull();
});

test("what is not known here is left out, and what tells nothing is repeated nowhere", () => {
  const more = signedIn
    .replace('"session":{', '"session":{"token":"a secret token",')
    .replace('"name"', '"locale":"de","name"');
  expect(JSON.stringify(read(200, more))).not.toMatch(/secret token|locale/);
  const [told] = [more.replace('"id":"2",', "")].map((text) => {
    try {
      return read(200, text);
    } catch (error) {
      return error instanceof Error ? `${error.stack}${JSON.stringify(error)}` : error;
    }
  });
  expect(told).toContain("is no caller");
  expect(told).not.toMatch(/secret token|example\.org/);
});

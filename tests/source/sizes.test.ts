import { expect, test } from "bun:test";
import { longFiles, withLongFunctions, withManyParameters, withWideLines } from "./not-yet";
import { beside, filesIn, functionsOf, linesOf, sources } from "./files";

/** How long a file, a function and a line may be, and how many parameters a function may have. */

const mostLines = 250;
const mostLinesOfFunction = 40;
const mostParameters = 3;
const widest = 120;

const everything = [...sources, ...beside, ...filesIn("views/**/*.{css,js}", "{clients,bench,examples}/**/*.py")];

/** What breaks a rule, which may be only what is listed; and what is listed must break it, so that the lists shrink. */
function holds(broken: string[], allowed: readonly string[] = []) {
  expect([...new Set(broken)].sort()).toEqual([...allowed].sort());
}

test("no file is longer than 250 lines", () => {
  expect(everything.length).toBeGreaterThan(200);
  holds(
    everything.filter((path) => linesOf(path).length > mostLines),
    longFiles,
  );
});

test("no function is longer than 40 lines", () => {
  const tooLong = (path: string) => functionsOf(path).some(({ lines }) => lines > mostLinesOfFunction);
  holds([...sources, ...beside].filter(tooLong), withLongFunctions);
});

test("no function has more than three parameters", () => {
  const tooMany = sources.flatMap((path) =>
    functionsOf(path)
      .filter(({ parameters }) => parameters > mostParameters)
      .map(({ name }) => `${path}: ${name}`),
  );
  holds(tooMany, withManyParameters);
});

test("no line is wider than 120 columns", () => {
  holds(
    everything.filter((path) => linesOf(path).some((line) => line.length > widest)),
    withWideLines,
  );
});
